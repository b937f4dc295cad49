import { describe, expect, it } from 'vitest';
import { spreadBpsOf } from '#shared/domain/venue/book.ts';
import { bps, epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import { aBook, aCheckedBook } from '#test/builders/market.ts';

describe('a checked book', () => {
  it('knows its mid and its spread', () => {
    const book = aBook(99, 101);
    expect(book.mid).toBe(100);
    expect(spreadBpsOf(book)).toBe(200);
  });

  it.each([
    ['no bid', [], [{ price: 1 }]],
    ['no ask', [{ price: 1 }], []],
    ['crossed', [{ price: 101 }], [{ price: 100 }]],
    ['zero width', [{ price: 100 }], [{ price: 100 }]],
    ['bid price is NaN', [{ price: Number.NaN }], [{ price: 100 }]],
    ['ask price is Infinity', [{ price: 99 }], [{ price: Number.POSITIVE_INFINITY }]],
    ['bid size is NaN', [{ price: 99, size: Number.NaN }], [{ price: 100 }]],
    ['bid price is 0', [{ price: 0 }], [{ price: 100 }]],
    ['bid levels are out of order', [{ price: 98 }, { price: 99 }], [{ price: 100 }]],
    ['ask levels are out of order', [{ price: 98 }], [{ price: 100 }, { price: 100 }]],
  ])('is refused with the reason: %s', (why, bids, asks) => {
    const book = aCheckedBook(bids, asks);
    expect(book.ok ? '' : book.failure).toContain(why);
  });
});

describe('units', () => {
  it('are never minted from what is not a number', () => {
    for (const mint of [price, size, usd, bps, signedSize, epochMs]) {
      expect(() => mint(Number.NaN)).toThrow(/was NaN/);
      expect(() => mint(Number.POSITIVE_INFINITY)).toThrow(/was Infinity/);
    }
    expect(() => price(0)).toThrow(/above zero/);
    expect(() => size(-1)).toThrow(/not negative/);
    expect(() => epochMs(-1)).toThrow(/since 1970/);
  });
});
