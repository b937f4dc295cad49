import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import { LoneMarket, nothingKnown, rowsOf, said } from '../../builders/play/lone-market.ts';

const { confirmAfterMs } = MARKET_BOUNDS;

/** Believes 100,000 and has no quote. */
function believing(): LoneMarket {
  const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
  market.look(0);
  market.hear({ kind: 'sent', id: 1, results: [] });
  market.fills([]);
  return market;
}

const markOf = ({ state }: LoneMarket) => state.books.pnl.markPrice;

describe('a mid far from the last', () => {
  it('is doubted, and believed when a later book confirms it after some seconds', () => {
    const market = believing();
    expect(said(market.look(1000, { mid: 120_000 }))).toContain('price doubted');
    expect(markOf(market)).toBe(100_000);
    market.look(confirmAfterMs, { mid: 120_100 });
    expect(markOf(market)).toBe(120_100);
    expect(market.state.sight.doubted).toBeUndefined();
  });

  it('is looked at again as soon as it may be confirmed, however far apart looks are', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 60_000 }));
    market.sent(market.look(0));
    market.fills([]);
    const asks = (afterMs: number) => market.time(afterMs).some(({ kind }) => kind === 'ask');
    market.sent(market.look(60_000, { mid: 120_000, orders: rowsOf(market.state) }));
    market.look(0, { mid: 120_000 });
    expect(asks(confirmAfterMs - 1)).toBe(false);
    expect(asks(1)).toBe(true);
  });

  it('is no price to quote on: what rests is cancelled, and no peak is measured (C5)', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
    market.sent(market.look(0));
    market.fills([]);
    const { equity } = market.state.books;
    const outputs = market.look(1000, { mid: 120_000, orders: rowsOf(market.state) });
    const send = outputs.find(({ kind }) => kind === 'send');
    expect(send?.kind === 'send' && send.commands.map(({ kind }) => kind)).toEqual([
      'cancel',
      'cancel',
    ]);
    expect(market.state.books.equity).toBe(equity);
  });

  it('is forgotten when the next is as before', () => {
    const market = believing();
    market.look(1000, { mid: 120_000 });
    market.look(1000, { mid: 100_010 });
    expect(market.state.sight.doubted).toBeUndefined();
    expect(markOf(market)).toBe(100_010);
  });

  it('is never confirmed by the book it was in, nor sooner, nor by one elsewhere', () => {
    const seen = fc.record({
      afterMs: fc.integer({ min: 1000, max: 4000 }),
      mid: fc.constantFrom(120_000, 120_100, 126_000),
      isSameBook: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 12 }), (looks) => {
        const market = believing();
        let doubt:
          | { readonly mid: number; readonly bookAt: number; readonly since: number }
          | undefined;
        for (const { afterMs, mid, isSameBook } of looks) {
          const at = market.at + afterMs;
          const bookAt = epochMs(isSameBook && doubt !== undefined ? doubt.bookAt : at);
          const isNear = doubt !== undefined && Math.abs(mid / doubt.mid - 1) < 0.005;
          const mayConfirm =
            isNear &&
            doubt !== undefined &&
            bookAt > doubt.bookAt &&
            at >= doubt.since + confirmAfterMs;
          const outputs = market.look(afterMs, { mid, bookAt });
          expect(markOf(market) === mid).toBe(mayConfirm);
          if (mayConfirm) return;
          expect(outputs.filter(({ kind }) => kind === 'send')).toEqual([]);
          if (!isNear) doubt = { mid, bookAt, since: at };
        }
      }),
    );
  });
});
