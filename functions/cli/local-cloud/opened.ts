interface Closable {
  close(): Promise<void> | void;
}

/** What a run has opened, so that all of it is closed on every way out. */
export interface Opened extends Closable {
  /** Returns what it is given. */
  add<T extends Closable>(opened: T): T;
  /**
   * The last one opened first; every one of them, even if one fails. The first failure is thrown.
   */
  close(): Promise<void>;
}

export function createOpened(): Opened {
  const all: Closable[] = [];
  return {
    add(opened) {
      all.push(opened);
      return opened;
    },
    async close() {
      const failures: unknown[] = [];
      for (let last = all.pop(); last !== undefined; last = all.pop()) {
        try {
          await last.close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
