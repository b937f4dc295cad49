import { describe, expect, it } from 'vitest';
import { price, size } from '#shared/domain/units.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { type Known, sessionOf } from '#shared/market/begin.ts';
import { remainsSaved } from '#shared/market/remains.ts';
import { START } from '../builders/market.ts';
import { ABILITIES } from '../builders/play/market-play.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  LOST,
  nothingKnown,
  rowsOf,
  said,
} from '../builders/play/lone-market.ts';

/** One that quotes, looking once in so many seconds. */
function quoting(requoteIntervalMs = 60_000): LoneMarket {
  const market = new LoneMarket(nothingKnown({ requoteIntervalMs }));
  market.time(0);
  market.fills([]);
  market.book();
  market.sent(market.account());
  expect(market.state.orders.working).toHaveLength(2);
  return market;
}

const STOP = { kind: 'leave', leaving: { how: 'stop', why: 'test' } } as const;
const HAND_OVER = { kind: 'leave', leaving: { how: 'hand-over', why: 'test' } } as const;

const emptied = (market: LoneMarket, failure?: typeof LOST): readonly string[] =>
  kinds(market.emptied(failure));

const listed = (market: LoneMarket, shown: Parameters<LoneMarket['account']>[0]) => {
  const outputs = [...market.account(shown)];
  if (market.state.sight.fillsAsked) outputs.push(...market.fills([]));
  return [...kinds([...outputs, ...market.book()])];
};

describe('a stop', () => {
  it('is proven by the list after the first cancel, though a second is under way or fails', () => {
    const market = quoting();
    expect(kinds(market.hear(STOP))).toContain('empty');
    emptied(market);
    market.time(0);
    expect(kinds(market.time(1000))).toContain('empty');
    expect(listed(market, {})).not.toContain('left');
    expect(emptied(market, LOST)).toContain('left');
  });

  it('looks every few seconds, whatever the interval', () => {
    const market = quoting(3_600_000);
    market.hear(STOP);
    const rows = rowsOf(market.state);
    emptied(market);
    listed(market, { orders: rows });
    for (let looks = 0; looks < 5; looks += 1) {
      const outputs = market.time(3000);
      expect(outputs).toContainEqual({ kind: 'ask', what: 'account' });
      expect(listed(market, { orders: rows })).not.toContain('left');
      const wake = market.time(0).find(({ kind }) => kind === 'wake');
      expect(wake?.kind === 'wake' && wake.at - market.at).toBeLessThanOrEqual(5000);
    }
  });

  it('is not proven while a list shows ours, cut or not, and then needs another cancel', () => {
    const market = quoting();
    const rows = rowsOf(market.state);
    market.hear(STOP);
    emptied(market);
    listed(market, { orders: rows.slice(0, 1), complete: false });
    expect(market.state.leaving?.emptiedAt).toBeUndefined();
    market.time(3000);
    expect(listed(market, { complete: false })).not.toContain('left');
    market.time(3000);
    expect(listed(market, {})).not.toContain('left');
    emptied(market);
    expect(listed(market, {})).toContain('left');
  });

  it('does not end before the last execution heard is in the books', () => {
    const market = quoting();
    market.hear(STOP);
    emptied(market);
    market.account({});
    market.fills([aLoneFill({ orderId: rowsOf(market.state)[0]?.venueId ?? '' })]);
    market.time(5000);
    emptied(market);
    expect(market.state.sight.fillsHeld).toHaveLength(1);
    expect(kinds(market.time(5000))).not.toContain('left');
    emptied(market);
    expect(kinds(market.book())).toEqual(expect.arrayContaining(['record', 'left']));
  });

  it('needs another cancel of everything after a send that was answered later', () => {
    const market = new LoneMarket(nothingKnown());
    market.fills([]);
    market.book();
    const sending = market.account();
    // Blind while the send is unanswered: the cancel is answered first.
    expect(kinds(market.time(60_000))).toContain('empty');
    market.hear(STOP);
    emptied(market);
    expect(market.state.leaving?.emptiedAt).toBeDefined();
    market.sent(sending);
    expect(market.state.leaving?.emptiedAt).toBeUndefined();
  });

  it('and a hand-over wait for the answer to a cancel of everything', () => {
    const market = quoting();
    expect(kinds(market.time(70_000))).toContain('empty');
    expect(kinds(market.hear(HAND_OVER))).not.toContain('left');
    expect(emptied(market)).toContain('left');
  });

  it('and a hand-over end once: what is heard of leaving after that does nothing', () => {
    const market = quoting();
    expect(kinds(market.hear(HAND_OVER))).toContain('left');
    expect(kinds(market.hear(STOP))).toEqual([]);
    expect(kinds(market.time(60_000))).toEqual([]);
    expect(market.state.leaving?.leaving.how).toBe('hand-over');
  });

  it('asks for no hedge (C10)', () => {
    const market = new LoneMarket(nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1 }));
    market.look(0);
    market.fills([]);
    market.hear(STOP);
    market.time(10_000);
    const fill = {
      id: 'f',
      market: market.rules.market,
      at: market.at,
      side: 'buy',
      price: price(100_000),
      size: size(0.005),
      feeUsd: market.state.books.pnl.makerFeesUsd,
      liquidity: 'maker',
      orderId: 'o',
    } as const;
    const outputs = market.look(0, { held: 0.005 }, [fill]);
    expect(market.state.books.pnl.position.size).toBe(0.005);
    expect(kinds(outputs)).not.toContain('breach');
  });

  it('says so when it lasts, and a hand-over outlasts what may still arrive (C9)', () => {
    const market = quoting();
    const rows = rowsOf(market.state);
    market.hear(STOP);
    const outputs = Array.from({ length: 60 }, () => {
      if (market.state.leaving?.emptying === true) emptied(market, LOST);
      const heard = [...market.time(3000)];
      heard.push(...market.account({ orders: rows }), ...market.book());
      return heard;
    }).flat();
    expect(said(outputs)).toContain('orders may still rest');
    const late = new LoneMarket(nothingKnown());
    late.fills([]);
    late.book();
    late.account();
    late.hear(HAND_OVER);
    // No answer to any place: each may arrive until the venue says it cannot.
    late.hear({ kind: 'sent', id: 1, results: [] });
    expect(kinds(late.time(9999))).not.toContain('left');
    expect(late.outputs).toContainEqual({ kind: 'wake', at: late.at + 1 });
    expect(kinds(late.time(1))).toContain('left');
  });

  it('outweighs a hand-over, and the first reason is the one said', () => {
    const market = new LoneMarket(nothingKnown());
    market.fills([]);
    market.book();
    market.account();
    market.hear(HAND_OVER);
    market.hear(STOP);
    market.hear({ kind: 'leave', leaving: { how: 'stop', why: 'second' } });
    market.hear(HAND_OVER);
    expect(market.state.leaving?.leaving).toEqual(STOP.leaving);
    expect(kinds(market.time(60_000))).not.toContain('left');
  });

  it('decides nothing while a cancel of everything is under way (C11)', () => {
    const market = quoting();
    market.time(70_000);
    expect(market.state.sight.emptying).toBe(true);
    const outputs = [...market.book(), ...market.account({ orders: rowsOf(market.state) })];
    expect(kinds(outputs)).not.toContain('decided');
  });

  /** How long a stop takes whose every cancel is answered so, and whose every list is empty. */
  const waited = (market: LoneMarket, answer: () => void): number => {
    market.hear(STOP);
    for (let ms = 0; ms < 200_000; ms += 1000) {
      if (market.state.leaving?.emptying === true) answer();
      if (market.state.leaving?.done === true) return ms;
      market.time(1000);
      market.book();
      market.account();
      if (market.state.sight.fillsAsked) market.fills([]);
    }
    throw new Error('it has not left');
  };
  const LAST_LISTED = ABILITIES.arrivesWithinMs + ABILITIES.listsLagMs;

  it('names every order it knows, and is proven at once by a yes to each (C9)', () => {
    const market = quoting(1000);
    const ids = rowsOf(market.state).map(({ venueId }) => venueId);
    const outputs = market.hear(STOP);
    expect(outputs).toContainEqual({ kind: 'empty', venueIds: ids });
    expect(waited(market, () => emptied(market))).toBeLessThan(5000);
    expect(market.state.orders.working).toEqual([]);
  });

  it('is proven by lists alone only when they must show what was placed (C9)', () => {
    const market = quoting(1000);
    const cancelled = { results: [], failure: undefined };
    const answer = () => market.hear({ kind: 'emptied', askedAt: market.at, cancelled });
    expect(waited(market, answer)).toBeGreaterThanOrEqual(ABILITIES.listsLagMs);
  });

  it('is proven by the yes to a cancel that does not say how much had traded (C9)', () => {
    const market = quoting(1000);
    const outcome = { kind: 'cancelled', filled: undefined } as const;
    const answer = () => {
      const ids = rowsOf(market.state).map(({ venueId: id }) => id);
      const results = ids.map((id) => ({ id, kind: 'cancel', outcome }) as const);
      const cancelled = { results, failure: undefined };
      market.hear({ kind: 'emptied', askedAt: market.at, cancelled });
    };
    expect(waited(market, answer)).toBeLessThan(5000);
  });

  it('waits until a place without an answer must be listed, however empty lists are (C9)', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
    market.fills([]);
    market.book();
    market.account();
    market.hear({ kind: 'sent', id: 1, results: [] });
    const ms = waited(market, () => emptied(market));
    expect(ms).toBeGreaterThanOrEqual(LAST_LISTED - 1000);
    expect(ms).toBeLessThan(LAST_LISTED + 10_000);
  });

  const after = (saved: Session): Known => ({
    ...nothingKnown({ requoteIntervalMs: 1000 }),
    saved,
    shownFrom: remainsSaved(saved, START, ABILITIES).shownFrom,
  });

  it('asks for no cancel of everything before the venue says that it may (C12)', () => {
    const slowDown = { kind: 'rate-limited', retryAfterMs: 20_000 } as const;
    for (const isLeaving of [true, false]) {
      const market = quoting(1000);
      const first = isLeaving ? market.hear(STOP) : market.time(70_000);
      expect(kinds(first)).toContain('empty');
      const from = market.at;
      const asked = market.emptied(slowDown);
      const seen = [...kinds(asked)];
      let later: readonly string[] = [];
      while (market.at - from < 30_000) {
        const outputs = kinds(market.time(500));
        if (market.at - from < 20_000) seen.push(...outputs);
        else later = [...later, ...outputs];
      }
      expect(seen).not.toContain('empty');
      expect(later).toContain('empty');
    }
  });

  it('is proven by a list while it waits to cancel again', () => {
    const market = quoting(1000);
    market.hear(STOP);
    emptied(market);
    market.time(600);
    market.emptied({ kind: 'rate-limited', retryAfterMs: 60_000 });
    expect(listed(market, {})).toContain('left');
  });

  it('after a start waits as long for what the one before may have sent, unless it was drained (C9)', () => {
    const dead = quoting(1000);
    const saved = sessionOf(dead.state, 'g', dead.at, dead.rules);
    expect(saved.drained).toBe(false);
    const next = new LoneMarket(after(saved));
    expect(waited(next, () => emptied(next))).toBeGreaterThanOrEqual(LAST_LISTED - 1000);
    const drained = sessionOf(next.state, 'g', next.at, next.rules);
    expect(drained.drained).toBe(true);
    const last = new LoneMarket(after(drained));
    expect(waited(last, () => emptied(last))).toBeLessThan(5000);
  });
});
