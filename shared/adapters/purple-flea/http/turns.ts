export interface Turns {
  /** False when the signal aborts first: then nothing was sent. */
  take(signal: AbortSignal): Promise<boolean>;
  giveBack(): void;
}

/**
 * Who may use a connection, first come, first served. Waiting in the agent's own queue would be a
 * request under way that no server has: nobody could tell it from one that waits for its answer, so
 * simulated time would stand still for ever, and one that ran out of time there could not be told
 * to be unsent.
 */
export function createTurns(most: number): Turns {
  let free = most;
  const waiting = new Set<() => void>();
  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const goOn = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        };
        const giveUp = (): void => {
          waiting.delete(goOn);
          resolve(false);
        };
        waiting.add(goOn);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    giveBack() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}
