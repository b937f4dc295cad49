import { describe, expect, it } from 'vitest';
import type { Fill } from '#shared/domain/books/fill.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { aLoneFill, kinds, LoneMarket, nothingKnown } from '../../builders/play/lone-market.ts';
import { aPosition, START } from '../../builders/market.ts';

const HELD = 0.002;

/** A first start that found something held, and traded nothing yet. */
function heir(): LoneMarket {
  const market = new LoneMarket({
    ...nothingKnown(),
    held: aPosition(HELD),
    mid: price(100_000),
  });
  for (const output of market.outputs)
    if (output.kind === 'record')
      market.hear({ kind: 'recorded', number: output.fact.number, earlier: undefined });
  market.look(0, { held: HELD });
  return market;
}

const aTrade = (ms: number, over: Partial<Fill> = {}): Fill =>
  aLoneFill({ at: epochMs(START + ms), size: size(HELD), orderId: 'of somebody', ...over });

const bookedBy = (market: LoneMarket, fill: Fill, clockSkewMs: number | undefined): boolean => {
  market.fills([fill], epochMs(0), { clockSkewMs });
  return market.state.books.pnl.fills === 1;
};

describe('what traded before a first start', () => {
  // Dated by the venue: 3 s before the start, and 5 s after it.
  it.each([
    ['8 s ahead', 8000, 5000, 13_000],
    ['8 s behind', -8000, -11_000, -3000],
    ['that nobody knows', undefined, 5000, 15_000],
    ['that is too far off to be one', 3_600_000, 5000, 15_000],
  ])('is in what was taken over, by a clock %s, and counts once (E1)', (_, skew, before, after) => {
    const market = heir();
    expect(bookedBy(market, aTrade(before), skew)).toBe(false);
    expect(market.state.books.pnl.position.size).toBe(HELD);
    expect(bookedBy(market, aTrade(after), skew)).toBe(true);
    expect(market.state.books.pnl.position.size).toBe(2 * HELD);
  });

  it('may be what traded after it, by a clock nobody knows: nothing is placed then (E1)', () => {
    const market = heir();
    expect(bookedBy(market, aTrade(5000), undefined)).toBe(false);
    const outputs = market.look(10_000, { held: 2 * HELD });
    expect(market.state.sight.position.kind).toBe('asking');
    expect(kinds(outputs)).not.toContain('send');
  });

  it('is not what our own orders traded, whatever the clock (E1)', () => {
    const market = new LoneMarket();
    market.sent(market.look(0));
    const [row] = market.state.orders.working;
    const orderId = row !== undefined && 'venueId' in row ? row.venueId : '';
    expect(bookedBy(market, aTrade(5000, { orderId }), undefined)).toBe(true);
  });
});
