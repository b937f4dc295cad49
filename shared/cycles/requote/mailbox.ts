/** Events one after the other: what is heard while something else is being heard waits. */
export interface Mailbox<Event> {
  hear(event: Event): void;
  /** Nothing more is taken, not even what waits. */
  close(): void;
  closed(): boolean;
}

/** `take` never runs inside itself. What it throws closes the mailbox. */
export function createMailbox<Event>(
  take: (event: Event) => void,
  threw: (error: unknown) => void,
): Mailbox<Event> {
  const waiting: Event[] = [];
  const is = { busy: false, closed: false };
  const takeAll = (): void => {
    for (const event of drained(waiting)) {
      if (is.closed) return;
      take(event);
    }
  };
  return {
    hear(event) {
      if (is.closed) return;
      waiting.push(event);
      if (is.busy) return;
      is.busy = true;
      try {
        takeAll();
      } catch (error) {
        is.closed = true;
        threw(error);
      } finally {
        is.busy = false;
      }
    },
    close() {
      is.closed = true;
    },
    closed: () => is.closed,
  };
}

/** Takes from the front until there is nothing, also what comes meanwhile. */
function* drained<T>(waiting: T[]): Generator<T> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
}
