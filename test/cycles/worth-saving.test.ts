import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWorthSaving as isWorthSavingAt } from '#shared/cycles/requote/beside/worth-saving.ts';
import type { EquityCurve } from '#shared/domain/books/equity-curve.ts';
import { SIDES } from '#shared/domain/order/side.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { epochMs, usd } from '#shared/domain/units.ts';
import { sessionOf } from '#shared/market/begin.ts';
import type { MarketState } from '#shared/market/state.ts';
import { LoneMarket, nothingKnown, RULES } from '#test/builders/play/lone-market.ts';

/** A loss of 10 USD of 1000 is allowed. */
const market = new LoneMarket(nothingKnown({ capitalUsd: 1000, dailyLossLimitPct: 1 }));
market.look(0);
const { state } = market;
const saved = sessionOf(state, 'group', market.at, RULES);

const isWorthSaving = (before: Session, now: MarketState): boolean =>
  isWorthSavingAt(before, now, market.at);

const withEquity = (equity: Partial<EquityCurve>): MarketState => {
  if (state.books.equity === undefined) throw new Error('nothing was marked');
  return { ...state, books: { ...state.books, equity: { ...state.books.equity, ...equity } } };
};

describe('a session that was saved lately is worth saving again', () => {
  it('not for orders, counters or a loss: they are at the venue, in the ledger, or measured again', () => {
    expect(isWorthSaving(saved, state)).toBe(false);
    const traded = { ...state.tally, decisions: 1e6, nextCounter: 1e6, quotesPlaced: 1e6 };
    expect(
      isWorthSaving(saved, { ...state, tally: traded, orders: { working: [], gone: [] } }),
    ).toBe(false);
    expect(isWorthSaving(saved, withEquity({ lastUsd: usd(-9), maxDrawdownUsd: 9 }))).toBe(false);
  });

  it('for a day or a measure that begins anew (C5, E8)', () => {
    expect(isWorthSaving(saved, withEquity({ dayOpenUsd: usd(-1) }))).toBe(true);
    expect(isWorthSaving(saved, withEquity({ firstAt: epochMs(market.at + 1) }))).toBe(true);
    const halted = { ...state, books: { ...state.books, equity: undefined } };
    expect(isWorthSaving(saved, halted)).toBe(true);
    expect(isWorthSaving({ ...saved, equity: undefined }, state)).toBe(true);
  });

  it('for other parameters: a refused edit after them must not bring back those before', () => {
    const parameters = { ...state.control.parameters, version: 'another' };
    expect(isWorthSaving(saved, { ...state, control: { ...state.control, parameters } })).toBe(
      true,
    );
  });

  it('for a wait that outlasts the saves: a start must not ask or place sooner (C12)', () => {
    const later = (ms: number): MarketState['sight'] => ({
      ...state.sight,
      pauseUntil: epochMs(market.at + ms),
    });
    expect(isWorthSaving(saved, { ...state, sight: later(10_000) })).toBe(false);
    expect(isWorthSaving(saved, { ...state, sight: later(60_000) })).toBe(true);
    const { refusals } = state.sight;
    for (const side of SIDES) {
      const placeFrom = epochMs(market.at + 60_000);
      const refused = { ...refusals, [side]: { ...refusals[side], placeFrom } };
      const sight = { ...state.sight, refusals: refused };
      expect(isWorthSaving(saved, { ...state, sight })).toBe(true);
    }
  });

  it('before a fiftieth of the loss that is allowed is hidden by a peak that nobody knows of (C5)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20, noNaN: true }), (more) => {
        const peakUsd = usd((saved.equity?.peakUsd ?? 0) + more);
        expect(isWorthSaving(saved, withEquity({ peakUsd })) || more <= 0.2).toBe(true);
      }),
    );
  });
});
