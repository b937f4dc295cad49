import { describe, expect, it } from 'vitest';
import type { OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs, size } from '#shared/domain/units.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import type { Output } from '#shared/market/output.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  LOST,
  nothingKnown,
  rowsOf,
  RULES,
  said,
} from '../builders/play/lone-market.ts';
import { ABILITIES } from '../builders/play/market-play.ts';

const CAN = { ...RULES, abilities: { ...ABILITIES, modify: 'to-the-back' } } as const;
/** Room for what rests and what replaces it. */
const SET = { requoteIntervalMs: 1000, quoteSizeUsd: 200 };

/** One that quotes both sides. */
function quoting(): LoneMarket {
  const market = new LoneMarket(nothingKnown(SET), CAN);
  market.fills([]);
  market.book();
  market.sent(market.account());
  expect(market.state.orders.working).toHaveLength(2);
  return market;
}

/** The market has moved, a little more each time, so that both quotes have to. */
function moved(market: LoneMarket, times = 1): readonly Output[] {
  const afterMs = market.state.sight.look === undefined ? 1000 : 0;
  return market.look(afterMs, { mid: 100_000 + 200 * times, orders: rowsOf(market.state) });
}

const sendOf = (outputs: readonly Output[]): readonly OrderCommand[] =>
  outputs.flatMap((output) => (output.kind === 'send' ? output.commands : []));

const kindsSent = (outputs: readonly Output[]): readonly string[] =>
  sendOf(outputs).map(({ kind }) => kind);

const REFUSED: CommandOutcome = { kind: 'refused', code: 'X', reason: 'no' };
const MISSED: CommandOutcome = {
  kind: 'neither',
  oldFilled: size(0),
  code: 'POST_ONLY',
  reason: 'it would have traded',
};

describe('a market whose venue modifies', () => {
  it('moves both quotes with one command each, the one that makes room first', () => {
    const market = quoting();
    const before = market.state.orders.working;
    const outputs = moved(market);
    expect(sendOf(outputs)).toMatchObject([
      { kind: 'modify', side: 'sell' },
      { kind: 'modify', side: 'buy' },
    ]);
    market.sent(outputs);
    const { orders, tally } = market.state;
    expect(orders.working.map(({ state }) => state)).toEqual(['open', 'open']);
    expect(new Set(orders.gone.map(({ venueId }) => venueId))).toEqual(
      new Set(before.map((order) => 'venueId' in order && order.venueId)),
    );
    expect(tally.quotesPlaced).toBe(4);
  });

  it('cancels and places where the venue cannot', () => {
    const market = new LoneMarket(nothingKnown(SET));
    market.fills([]);
    market.book();
    market.sent(market.account());
    expect(kindsSent(moved(market))).toEqual(['cancel', 'cancel', 'place', 'place']);
  });

  it('looks again at once when a modify leaves a side without a quote, and places one', () => {
    for (const answer of [MISSED, { kind: 'gone', filled: 'all' } as const]) {
      const market = quoting();
      const after = market.sent(moved(market), () => answer);
      expect(market.state.orders.working).toEqual([]);
      expect(kinds(after)).toContain('ask');
      expect(said(after).includes('command failed')).toBe(answer.kind === 'neither');
      market.fills([]);
      // What it is told to have traded is looked for with every look until it is listed.
      if (kinds(market.account()).includes('ask-fills')) market.fills([]);
      expect(kindsSent(market.book())).toEqual(['place', 'place']);
    }
  });

  it('backs off from a side whose every modify is refused, and cancels what it cannot move (C12)', () => {
    const market = quoting();
    let times = 0;
    // Until the wait outlasts the next look.
    for (; market.state.sight.refusals.buy.placeFrom <= market.at + 1000; times += 1) {
      const outputs = moved(market, times + 1);
      expect(kindsSent(outputs)).toEqual(['modify', 'modify']);
      market.sent(outputs, () => REFUSED);
      expect(times).toBeLessThan(10);
    }
    expect(times).toBeGreaterThan(1);
    expect(market.state.orders.working.map(({ state }) => state)).toEqual(['open', 'open']);
    expect(kindsSent(moved(market, times + 1))).toEqual(['cancel', 'cancel']);
  });

  it('forgives a side as soon as one of its modifies is taken', () => {
    const market = quoting();
    market.sent(moved(market, 1), () => REFUSED);
    expect(market.state.sight.refusals.buy.inRow).toBe(1);
    market.sent(moved(market, 2));
    expect(market.state.sight.refusals).toMatchObject({ buy: { inRow: 0 }, sell: { inRow: 0 } });
  });

  it('waits with a hand-over until a modify without an answer can no longer arrive', () => {
    const market = quoting();
    moved(market);
    market.hear({ kind: 'leave', leaving: { how: 'hand-over', why: 'test' } });
    market.hear({ kind: 'sent', id: 2, results: [] });
    expect(market.state.orders.working.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(kinds(market.time(9999))).not.toContain('left');
    expect(kinds(market.time(1))).toContain('left');
  });

  it('cancels what was to be moved where no more orders can be remembered', () => {
    const market = quoting();
    const { orders } = market.state;
    const dead = Array.from({ length: MARKET_BOUNDS.mostOrders }, (_, index) => ({
      venueId: `dead-${index}`,
      clientId: undefined,
      side: 'buy' as const,
      size: size(0.001),
      filled: size(0),
      booked: size(0),
      why: 'cancelled' as const,
      level: 0,
      since: market.at,
      at: market.at,
    }));
    market.state = { ...market.state, orders: { ...orders, gone: dead } };
    expect(kindsSent(moved(market))).toEqual(['cancel', 'cancel']);
  });

  it('has not stopped while a list shows the old order of a modify without an answer', () => {
    const market = quoting();
    const rows = rowsOf(market.state);
    moved(market);
    market.hear({ kind: 'sent', id: 2, results: [] });
    market.hear({ kind: 'leave', leaving: { how: 'stop', why: 'test' } });
    market.hear({
      kind: 'emptied',
      askedAt: market.at,
      cancelled: { results: [], failure: undefined },
    });
    expect(market.state.leaving?.emptiedAt).toBeDefined();
    market.account({ orders: rows });
    expect(market.state.leaving?.emptiedAt).toBeUndefined();
    market.hear({ kind: 'emptied', askedAt: market.at, cancelled: { results: [], failure: LOST } });
    expect(kinds(market.time(60_000))).not.toContain('left');
  });

  it('books what the old order of a modify traded just before the session as its own', () => {
    const market = quoting();
    const [first] = rowsOf(market.state);
    const orderId = first?.venueId ?? '';
    moved(market);
    const at = epochMs(market.state.books.startedAt - 1000);
    market.fills([aLoneFill({ at, orderId, side: first?.side ?? 'buy', size: size(0.001) })]);
    expect(market.state.books.pnl.fills).toBe(1);
    const legs = market.state.orders.working.flatMap((one) => ('old' in one ? [one.old] : []));
    expect(new Set(legs.map(({ booked }) => booked))).toEqual(new Set([0, 0.001]));
  });
});
