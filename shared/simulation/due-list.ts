import TinyQueue from 'tinyqueue';

/** Something that happens at a time. */
interface Due {
  readonly time: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * What is due, earliest first; at equal times in the order it was added, so that every run wakes
 * alike.
 */
export interface DueList {
  add(time: number, wake: () => void): void;
  peek(): Due | undefined;
  take(): void;
}

export function createDueList(): DueList {
  const queue = new TinyQueue<Due>([], (a, b) => a.time - b.time || a.order - b.order);
  let added = 0;
  return {
    add(time, wake) {
      added += 1;
      queue.push({ time, order: added, wake });
    },
    peek: () => queue.peek(),
    take: () => void queue.pop(),
  };
}
