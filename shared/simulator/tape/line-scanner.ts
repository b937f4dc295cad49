import type { FeedLevels } from '../feed/feed.ts';

/**
 * Reads a line of JSON from left to right as long as it is spelled as tapes are written: no blanks,
 * plain decimals. What is spelled otherwise is for a parser of JSON; here it only is not read.
 */
export interface LineScanner {
  start(line: string): void;
  /** Whether exactly this stands next; then it is behind us. */
  takes(text: string): boolean;
  /** NaN where no number stands that is surely read as a parser of JSON would. */
  number(): number;
  /** `px,sz],[px,sz],...` behind its `[[` up to its `]]`; undefined where something else stands. */
  levels(): FeedLevels | undefined;
  isAtEnd(): boolean;
}

/**
 * Both the digits as a whole number and the power of ten are exact doubles then, so that one
 * division rounds once, and correctly. Source: W. D. Clinger, "How to read floating point numbers
 * accurately" (1990).
 */
const MOST_DIGITS = 15;
const POWERS_OF_TEN: readonly number[] = Array.from(
  { length: MOST_DIGITS + 1 },
  (_, power) => 10 ** power,
);

/** More than the format allows are counted, and refused, elsewhere. */
const MOST_NUMBERS = 1000;

const [POINT, ZERO, COMMA, OPENING, CLOSING] = [0x2e, 0x30, 0x2c, 0x5b, 0x5d];

export function createLineScanner(): LineScanner {
  let line = '';
  let at = 0;
  const found: number[] = [];

  /** Whether these digits, with a point among them or -1, are short, and JSON. */
  const isPlain = (start: number, point: number, end: number): boolean => {
    const whole = (point === -1 ? end : point) - start;
    if (whole === 0 || point === end - 1) return false;
    const hasZeroFirst = whole > 1 && line.charCodeAt(start) === ZERO;
    return !hasZeroFirst && end - start - (point === -1 ? 0 : 1) <= MOST_DIGITS;
  };
  const number = (): number => {
    const start = at;
    let [end, digits, point] = [start, 0, -1];
    for (; ; end += 1) {
      const code = line.charCodeAt(end);
      if (code >= ZERO && code <= ZERO + 9) digits = digits * 10 + (code - ZERO);
      else if (code === POINT && point === -1) point = end;
      else break;
    }
    at = end;
    return isPlain(start, point, end)
      ? digits / (POWERS_OF_TEN[point === -1 ? 0 : end - point - 1] ?? Number.NaN)
      : Number.NaN;
  };
  const takesCode = (code: number): boolean => {
    if (line.charCodeAt(at) !== code) return false;
    at += 1;
    return true;
  };
  return {
    start(text) {
      line = text;
      at = 0;
    },
    takes(text) {
      if (!line.startsWith(text, at)) return false;
      at += text.length;
      return true;
    },
    number,
    levels() {
      for (let count = 0; count < MOST_NUMBERS;) {
        const price = number();
        if (!takesCode(COMMA)) return undefined;
        const size = number();
        if (!takesCode(CLOSING) || Number.isNaN(price) || Number.isNaN(size)) return undefined;
        found[count] = price;
        found[count + 1] = size;
        count += 2;
        if (takesCode(CLOSING)) return found.slice(0, count);
        if (!takesCode(COMMA) || !takesCode(OPENING)) return undefined;
      }
      return undefined;
    },
    isAtEnd: () => at === line.length,
  };
}
