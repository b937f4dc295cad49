/**
 * Events one after the other, once it is open: what is heard before, or while something else is
 * being heard, waits.
 */
export interface Mailbox<Event> {
  hear(event: Event): void;
  open(): void;
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
  const is = { open: false, busy: false, closed: false };
  const takeWaiting = (): void => {
    if (!is.open || is.busy) return;
    is.busy = true;
    try {
      for (const event of drained(waiting)) {
        if (is.closed) return;
        take(event);
      }
    } catch (error) {
      is.closed = true;
      threw(error);
    } finally {
      is.busy = false;
    }
  };
  return {
    hear(event) {
      if (is.closed) return;
      waiting.push(event);
      takeWaiting();
    },
    open() {
      is.open = true;
      takeWaiting();
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
