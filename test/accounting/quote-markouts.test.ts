import { describe, expect, it } from 'vitest';
import { NO_MARKOUTS } from '#shared/accounting/markout-cells.ts';
import { quoteMarkoutBps } from '#shared/accounting/quote-markouts.ts';
import type { MarkoutCell } from '#shared/domain/books/markouts.ts';

const measured = (fills: number, bps: number, over: Partial<MarkoutCell> = {}): MarkoutCell => ({
  ...NO_MARKOUTS,
  side: 'buy',
  level: 0,
  liquidity: 'maker',
  horizonMs: 30_000,
  fills,
  bps,
  ...over,
});

describe('the markout of our quotes', () => {
  it('is the mean over the fills, from five on (A13)', () => {
    expect(quoteMarkoutBps([measured(4, -10)], [])).toBeUndefined();
    expect(quoteMarkoutBps([measured(4, -10), measured(1, -5, { side: 'sell' })], [])).toBe(-3);
  });

  it('counts only what is measured, of quotes, at 30 s', () => {
    const others = [
      measured(9, 90, { liquidity: 'taker' }),
      measured(9, 90, { horizonMs: 60_000 }),
      measured(0, 0, { dropped: 9 }),
    ];
    expect(quoteMarkoutBps([measured(5, -15), ...others], [])).toBe(-3);
  });

  it('is of what came since the cells were loaded', () => {
    const before = [measured(100, 900), measured(3, 3, { side: 'sell' })];
    expect(quoteMarkoutBps(before, before)).toBeUndefined();
    const now = [measured(104, 888), measured(4, 1, { side: 'sell' })];
    expect(quoteMarkoutBps(now, before)).toBe(-2.8);
  });
});
