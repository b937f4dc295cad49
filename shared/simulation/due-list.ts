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

/** A binary heap. */
export function createDueList(): DueList {
  const heap: Due[] = [];
  let added = 0;
  const before = (a: Due | undefined, b: Due | undefined): boolean =>
    a !== undefined &&
    b !== undefined &&
    (a.time < b.time || (a.time === b.time && a.order < b.order));
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  const sink = (from: number): void => {
    const [left, right] = [2 * from + 1, 2 * from + 2];
    const least = before(heap[right], heap[left]) ? right : left;
    if (!before(heap[least], heap[from])) return;
    swap(least, from);
    sink(least);
  };
  const rise = (from: number): void => {
    const parent = (from - 1) >> 1;
    if (from === 0 || !before(heap[from], heap[parent])) return;
    swap(from, parent);
    rise(parent);
  };
  return {
    add(time, wake) {
      added += 1;
      heap.push({ time, order: added, wake });
      rise(heap.length - 1);
    },
    peek: () => heap[0],
    take() {
      swap(0, heap.length - 1);
      heap.pop();
      sink(0);
    },
  };
}
