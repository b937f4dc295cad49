import { describe, expect, it } from 'vitest';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { OpenOrder } from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { Output } from '#shared/market/output.ts';
import { possiblePositions } from '#shared/market/books/position.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  nothingKnown,
  rowsOf,
} from '../builders/play/lone-market.ts';

const KNOWN = nothingKnown({ quoteSizeUsd: 600, hedgeThresholdUsd: 5000, hedgeThresholdRatio: 5 });

/** One whose session does not know the order that a list shows first: it buys at most so much. */
interface Adopted {
  readonly market: LoneMarket;
  readonly id: string;
  /** A look a while later, with so much less of it. */
  look(afterMs: number, less: number, held: number, fills?: readonly Fill[]): readonly Output[];
}

function adopting(market: LoneMarket, rows: readonly OpenOrder[], id: string): Adopted {
  const look: Adopted['look'] = (afterMs, less, held, fills) => {
    const ours = rowsOf(market.state).filter(({ venueId }) =>
      rows.every((row) => row.venueId !== venueId),
    );
    const orders = [...ours, ...rows].map((row) =>
      row.venueId === id ? { ...row, remaining: size(row.remaining - less) } : row,
    );
    const outputs = market.look(afterMs, { held, orders }, fills);
    if (market.state.sending !== undefined) market.sent(outputs);
    return outputs;
  };
  look(3000, 0, 0);
  return { market, id, look };
}

/** A quote that was sent after the last save of one who died. */
function leftBehind(): Adopted {
  const first = new LoneMarket(KNOWN);
  first.sent(first.look(0));
  const rows = rowsOf(first.state);
  const id = rows.find(({ side }) => side === 'buy')?.venueId ?? '';
  const rules = { ...first.rules, fence: 2 };
  return adopting(new LoneMarket(KNOWN, rules, epochMs(first.at + 1000)), rows, id);
}

function aPersons(): Adopted {
  const market = new LoneMarket(KNOWN);
  market.sent(market.look(0));
  const row = { venueId: 'p', clientId: undefined, side: 'buy', price: price(99_000) } as const;
  return adopting(market, [{ ...row, remaining: size(0.004) }], 'p');
}

describe.each([
  ['a quote of a session that died', leftBehind],
  ["a person's order", aPersons],
])('%s that trades soon after it was first seen', (_whose, begun) => {
  const LESS = 0.001;

  it.each([0, LESS])('is no reason to read executions for good, told of %d before', (told) => {
    const { market, id, look } = begun();
    const fill = aLoneFill({ at: epochMs(market.at + 5000), size: size(LESS), orderId: id });
    look(6000, told, LESS, [fill]);
    expect(market.state.books.pnl.position.size).toBe(LESS);
    const asks = Array.from({ length: 100 }, () =>
      kinds(look(3000, LESS, LESS)).includes('ask-fills'),
    );
    // As long as what it traded until then may be listed late, and no longer.
    expect(asks.lastIndexOf(true)).toBeLessThan(40);
    expect(new Set(possiblePositions(market.state, market.rules))).toEqual(new Set([LESS]));
  });

  it('hides no execution that is never listed: what is held besides is taken over (E1)', () => {
    const { market, id, look } = begun();
    const fill = aLoneFill({ at: epochMs(market.at + 5000), size: size(LESS), orderId: id });
    look(6000, LESS, LESS, [fill]);
    for (let times = 0; times < 100; times += 1) look(3000, LESS, LESS);
    for (let times = 0; times < 40; times += 1) look(3000, LESS, 2 * LESS);
    expect(market.state.books.pnl.position.size).toBe(2 * LESS);
  });

  it('has each of its trades booked once, and rests for what is left', () => {
    const { market, id, look } = begun();
    const fill = (at: number, name: string): Fill =>
      aLoneFill({ id: name, at: epochMs(at), size: size(LESS), orderId: id });
    look(6000, LESS, LESS, [fill(market.at + 5000, 'early')]);
    for (let times = 0; times < 100; times += 1) look(3000, LESS, LESS);
    look(3000, 2 * LESS, 2 * LESS, [fill(market.at + 2000, 'late')]);
    const [order] = market.state.orders.working.filter(
      (one) => 'venueId' in one && one.venueId === id,
    );
    if (order === undefined || 'old' in order) throw new Error('it does not rest');
    expect(order.size - order.remaining).toBeCloseTo(2 * LESS, 9);
    expect(order.booked).toBeCloseTo(2 * LESS, 9);
    expect(market.state.books.pnl.fills).toBe(2);
  });
});
