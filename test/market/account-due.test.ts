import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { AccountQuestion } from '#shared/domain/trading/market-output.ts';
import type { OpenOrder } from '#shared/domain/order/order.ts';
import { size, usd } from '#shared/domain/units.ts';
import type { Output } from '#shared/market/output.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import { step } from '#shared/market/step.ts';
import type { MarketState } from '#shared/market/state.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  nothingKnown,
  rowsOf,
} from '../builders/play/lone-market.ts';
import { ABILITIES, MarketPlay } from '../builders/play/market-play.ts';
import { bad, GOOD } from '../builders/play/misbehaviour.ts';

const MINUTE = 60_000;
const SET = { quoteSizeUsd: 300, levels: 2 };
/** Nobody answers a hedge here. */
const NO_HEDGE = { ...SET, hedgeThresholdUsd: 5000, hedgeThresholdRatio: 5 };
const intervals = fc.constantFrom(250, 1000, 3000, 7000, 12_000);

interface Asked {
  readonly at: number;
  readonly what: AccountQuestion;
  /** As it was when it was asked: but for the question itself, what it was decided on. */
  readonly state: MarketState;
}

const partsOf = (outputs: readonly Output[]): readonly AccountQuestion[] =>
  outputs.flatMap((one) =>
    one.kind === 'ask' &&
    (one.what === 'account' || one.what === 'position' || one.what === 'orders')
      ? [one.what]
      : [],
  );

/** What each look asked of the account; the question that completes a look is another's. */
function asked(play: MarketPlay): readonly Asked[] {
  let state = play.first;
  const all: Asked[] = [];
  for (const { event, at } of play.heard) {
    const turn = step(state, event, at, play.rules);
    const isFirst = turn.state.sight.look?.askedAt === at && state.sight.look?.askedAt !== at;
    for (const what of isFirst ? partsOf(turn.outputs) : [])
      all.push({ at, what, state: turn.state });
    ({ state } = turn);
  }
  return all;
}

const has = (part: 'position' | 'orders', what: AccountQuestion): boolean =>
  what === part || what === 'account';

describe('what a look asks of the account', () => {
  it('is each part at least every twelve seconds, or with every look where those are rarer', () => {
    fc.assert(
      fc.property(fc.integer(), bad, intervals, (seed, how, requoteIntervalMs) => {
        const play = new MarketPlay(seed, how, { ...SET, requoteIntervalMs });
        play.runFor(3 * MINUTE);
        const all = asked(play);
        expect(all.length).toBeGreaterThan(10);
        const last = { position: 0, orders: 0 };
        for (const [index, { at, what }] of all.entries()) {
          for (const part of ['position', 'orders'] as const) {
            if (has(part, what)) last[part] = index;
            // With the look after it, it would be too late.
            const since = at - (all[last[part]]?.at ?? 0);
            expect(since + requoteIntervalMs).toBeLessThanOrEqual(
              Math.max(MARKET_BOUNDS.accountPartMs, requoteIntervalMs),
            );
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is all of it while an order or the position is not as it should be', () => {
    let doubts = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        bad,
        intervals,
        fc.constantFrom('none', 'to-the-back'),
        (seed, how, requoteIntervalMs, modify) => {
          const set = { ...SET, requoteIntervalMs };
          const play = new MarketPlay(seed, how, set, { ...ABILITIES, modify });
          play.runFor(2 * MINUTE);
          for (const { what, state } of asked(play)) {
            const { orders, sight } = state;
            const isOdd = orders.working.some(
              (order) => order.state !== 'open' && order.state !== 'foreign',
            );
            if (!isOdd && !sight.isListCut && sight.position.kind === 'agreed') continue;
            doubts += 1;
            expect(what).toBe('account');
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(doubts).toBeGreaterThan(1000);
  });

  it('is one part where nothing is in doubt, and the list after every answer to a send', () => {
    const play = new MarketPlay(5, { ...GOOD, tradesPerSecond: 0.05 }, NO_HEDGE);
    play.runFor(10 * MINUTE);
    const all = asked(play);
    const count = (what: AccountQuestion): number => all.filter((one) => one.what === what).length;
    expect(count('account') / all.length).toBeLessThan(0.2);
    expect(count('position')).toBeGreaterThan(all.length / 5);
    const afterSends = all.filter(({ state: { sight } }) => {
      const { answeredAt, listedAt } = sight;
      return listedAt !== undefined && listedAt <= answeredAt;
    });
    expect(afterSends.length).toBeGreaterThan(20);
    for (const { what } of afterSends) expect(has('orders', what)).toBe(true);
  });

  it('is never the position alone twice in a row: two fills that cancel out show in the list', () => {
    fc.assert(
      fc.property(fc.integer(), bad, intervals, (seed, how, requoteIntervalMs) => {
        const play = new MarketPlay(seed, how, { ...SET, requoteIntervalMs });
        play.runFor(2 * MINUTE);
        const what = asked(play).map((one) => one.what);
        expect(what.join(' ')).not.toContain('position position');
      }),
      { numRuns: 20 },
    );
  });

  it('is the position with every look, and the list with every other, until a hedge is done and shown', () => {
    const market = new LoneMarket(nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1 }));
    /** What the next look asks, whatever it shows. */
    const next = (held: number, fills: readonly Fill[] = []): AccountQuestion | undefined => {
      const [what] = partsOf(market.time(3000));
      market.book();
      if (what === 'orders') market.orders(rowsOf(market.state));
      else if (what === 'position') market.position(held);
      else market.account({ held, orders: rowsOf(market.state) });
      if (market.state.sight.fillsAsked) market.fills(fills);
      if (market.state.sending !== undefined) market.sent(market.outputs);
      return what;
    };
    market.look(0);
    if (market.state.sending !== undefined) market.sent(market.outputs);
    const bought = aLoneFill({ at: market.at, size: size(0.005) });
    market.look(3000, { held: 0.005, orders: rowsOf(market.state) }, [bought]);
    if (market.state.sending !== undefined) market.sent(market.outputs);
    const id = market.state.hedge.open?.id ?? '';
    expect(id).not.toBe('');
    const waiting = Array.from({ length: 6 }, () => next(0.005));
    const hedged = { kind: 'hedge', open: false, outcome: 'hedged', side: 'sell' } as const;
    market.hear({ ...hedged, id, reducedUsd: usd(500) });
    waiting.push(...Array.from({ length: 6 }, () => next(0.005)));
    expect(waiting).not.toContain('orders');
    expect(waiting.join(' ')).not.toContain('position position');
    expect(waiting).toContain('position');
    const sold = { id: 's', at: market.at, side: 'sell', liquidity: 'taker' } as const;
    next(0, [aLoneFill({ ...sold, size: size(0.005) })]);
    expect(market.state.books.pnl.position.size).toBe(0);
    expect(Array.from({ length: 6 }, () => next(0))).toContain('orders');
  });
});

/** It quotes both sides, and nothing is in doubt; its next look asks for the position alone. */
function quoting(): LoneMarket {
  const market = new LoneMarket();
  market.sent(market.look(0));
  market.look(3000, { orders: rowsOf(market.state) });
  expect(market.state.orders.working.map(({ state }) => state)).toEqual(['open', 'open']);
  while (!partsOf(market.time(3000)).includes('position')) {
    market.book();
    market.orders(rowsOf(market.state));
  }
  market.book();
  return market;
}

describe('a position alone', () => {
  it('says nothing of what rests: no order is gone by it, and no stop is proven', () => {
    const market = quoting();
    const { working } = market.state.orders;
    expect(kinds(market.position())).toContain('decided');
    expect(market.state.orders.working).toEqual(working);
    market.hear({ kind: 'leave', leaving: { how: 'stop', why: 'test' } });
    const emptied = (): readonly Output[] =>
      market.state.leaving?.emptying === true ? market.emptied() : [];
    const heard: Output[] = [];
    for (let look = 0; look < 20; look += 1) {
      heard.push(...emptied(), ...market.time(3000), ...market.book(), ...market.position());
      if (market.state.sight.fillsAsked) heard.push(...market.fills([]));
    }
    expect(kinds(heard)).not.toContain('left');
    expect(partsOf(heard).length).toBeGreaterThan(10);
    expect(new Set(partsOf(heard))).toEqual(new Set(['account']));
    emptied();
    expect(kinds([...market.look(3000), ...market.look(3000)])).toContain('left');
  });

  it('that executions do not explain asks for the list before anything is decided', () => {
    const market = quoting();
    expect(kinds(market.position(0.002))).toContain('ask-fills');
    const asking = market.fills([]);
    expect(partsOf(asking)).toEqual(['orders']);
    expect(kinds(asking)).not.toContain('decided');
    // The buy is not listed any more: it has traded, and its execution is listed late.
    const [bid, ask] = rowsOf(market.state);
    expect([bid?.side, ask?.side]).toEqual(['buy', 'sell']);
    expect(kinds(market.orders(ask === undefined ? [] : [ask]))).toContain('ask-fills');
    expect(kinds(market.fills([]))).toContain('decided');
  });

  it('that was held lately tells of a trade if it was another the last time (E1)', () => {
    const market = quoting();
    market.position(0.002);
    const [bid] = rowsOf(market.state);
    const fill = aLoneFill({ at: market.at, size: size(0.002), orderId: bid?.venueId ?? '' });
    market.sent(market.fills([fill]));
    expect(market.state.books.pnl.position.size).toBe(0.002);
    market.time(3000);
    market.book();
    // Flat is what was held a moment ago: it explains itself, and something was sold all the same.
    const back = market.account({ held: 0, orders: rowsOf(market.state) });
    expect(market.state.sight.position.kind).toBe('agreed');
    expect(kinds(back)).toContain('ask-fills');
    market.fills([]);
    if (market.state.sending !== undefined) market.sent(market.outputs);
    // Not again and again while its execution is listed late.
    market.time(3000);
    market.book();
    const later = market.account({ held: 0, orders: rowsOf(market.state) });
    expect(kinds(later)).not.toContain('ask-fills');
  });
});

describe('a cancel', () => {
  it.each([
    { told: 'all', filled: 'all', asks: true },
    { told: 'a part', filled: size(0.001), asks: true },
    { told: 'nothing', filled: size(0), asks: false },
  ] as const)(
    'that tells of $told traded has executions read with the next look: $asks (E1)',
    (one) => {
      const market = quoting();
      const [bid] = rowsOf(market.state);
      const cancelled = market.position();
      expect(kinds(cancelled)).toContain('decided');
      market.time(3000);
      // Far enough away for both quotes to be replaced.
      market.book(100_900);
      const sending = market.account({ orders: rowsOf(market.state) });
      const send = sending.find((output) => output.kind === 'send');
      if (send?.kind !== 'send') throw new Error('nothing was sent');
      const results = send.commands.flatMap((command) =>
        command.kind === 'cancel' && command.venueId === bid?.venueId
          ? [
              {
                id: command.venueId,
                kind: command.kind,
                outcome: { kind: 'gone' as const, filled: one.filled },
              },
            ]
          : [],
      );
      expect(results).toHaveLength(1);
      const others = send.commands.filter(({ kind }) => kind === 'place');
      const refused = others.map((command) => ({
        id: command.kind === 'place' ? command.clientId : '',
        kind: command.kind,
        outcome: { kind: 'refused', code: 'no', reason: 'the venue says no' } as const,
      }));
      market.hear({ kind: 'sent', id: send.id, results: [...results, ...refused] });
      market.time(3000);
      market.book();
      const rest = rowsOf(market.state);
      const outputs = [...market.account({ orders: rest })];
      expect(kinds(outputs).includes('ask-fills')).toBe(one.asks);
    },
  );
});

describe('a fill', () => {
  it('that is known of and not listed yet is read with every look until it is (E1)', () => {
    const market = quoting();
    const [bid] = rowsOf(market.state);
    const traded = size(0.001);
    const rows = (): readonly OpenOrder[] =>
      rowsOf(market.state).map((row) =>
        row.venueId === bid?.venueId ? { ...row, remaining: size(bid.remaining - traded) } : row,
      );
    /** Whether it asks for executions, which are these. */
    const asks = (fills: readonly Fill[]): boolean => {
      const heard = market.account({ held: traded, orders: rows() });
      const asking = kinds(heard).includes('ask-fills');
      if (asking) market.fills(fills);
      if (market.state.sending !== undefined) market.sent(market.outputs);
      market.time(3000);
      market.book();
      return asking;
    };
    for (let look = 0; look < 10; look += 1) {
      expect(asks([])).toBe(true);
      expect(market.state.sight.position.kind).toBe('agreed');
    }
    const fill = aLoneFill({ at: market.at, size: traded, orderId: bid?.venueId ?? '' });
    expect(asks([fill])).toBe(true);
    expect(asks([])).toBe(false);
  });

  it('on a venue that shows everything at once is in the books with the second look at the latest', () => {
    let fills = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(1000, 3000, 5000),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (seed, requoteIntervalMs, tradesPerSecond) => {
          const play = new MarketPlay(
            seed,
            { ...GOOD, tradesPerSecond },
            { ...NO_HEDGE, requoteIntervalMs },
          );
          play.runFor(4 * MINUTE);
          let state = play.first;
          for (const { event, at } of play.heard) {
            const turn = step(state, event, at, play.rules);
            for (const one of turn.outputs)
              if (one.kind === 'record' && one.fact.entry.kind === 'fill') {
                fills += 1;
                // Each answer takes up to 420 ms, and a look waits for three of them.
                const lateMs = at - one.fact.entry.fill.at;
                expect(lateMs).toBeLessThanOrEqual(2 * requoteIntervalMs + 3 * 420);
              }
            ({ state } = turn);
          }
        },
      ),
      { numRuns: 30 },
    );
    expect(fills).toBeGreaterThan(1000);
  });
});
