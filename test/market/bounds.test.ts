import { describe, expect, it } from 'vitest';
import { checkedBook } from '#shared/domain/venue/book.ts';
import { done } from '#shared/domain/failure.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { commandId, type OpenOrder } from '#shared/domain/order/order.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import type { Output } from '#shared/market/output.ts';
import { aLoneFill, kinds, LoneMarket, nothingKnown, said } from '../builders/play/lone-market.ts';
import { START } from '../builders/market.ts';

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) =>
    aLoneFill({
      id: `f${from + index}`,
      side: index % 2 === 0 ? 'buy' : 'sell',
      at: epochMs(START + from + index),
    }),
  );

const notSent = (outputs: readonly Output[]) =>
  outputs.flatMap((output) =>
    output.kind === 'send'
      ? output.commands.map((one) => ({
          id: commandId(one),
          kind: one.kind,
          outcome: { kind: 'not-sent', why: 'test' } as const,
        }))
      : [],
  );

describe('facts that the ledger does not take', () => {
  it('are bounded: nothing is looked at or read that could book more, and it is said once', () => {
    const market = new LoneMarket();
    const first = market.look(0, {}, many(999));
    market.hear({ kind: 'sent', id: 1, results: notSent(first) });
    expect(kinds(market.time(10_000))).toContain('ask');
    market.book();
    market.account();
    market.fills(many(1, 5000));
    expect(market.state.books.pending).toHaveLength(1000);
    const outputs = Array.from({ length: 500 }, () => market.time(60_000)).flat();
    expect(outputs.filter(({ kind }) => kind === 'ask-fills')).toEqual([]);
    expect(outputs.filter(({ kind }) => kind === 'ask-payments')).toEqual([]);
    const looks = outputs.filter((one) => one.kind === 'ask' && one.what === 'account');
    expect(looks).toEqual([]);
    const full = 'too many facts are not durable: nothing is looked at until they are';
    expect(said(outputs).filter((what) => what === full)).toHaveLength(1);
    market.hear({ kind: 'recorded', number: 1, earlier: undefined });
    expect(market.state.sight.look).toBeDefined();
    expect(market.state.tally.fullSaid).toBe(false);
  });

  it('do not keep a stop from seeing the market empty', () => {
    const market = new LoneMarket();
    market.sent(market.look(0, {}, many(1000)));
    expect(kinds(market.hear({ kind: 'leave', leaving: { how: 'stop', why: 'x' } }))).toContain(
      'empty',
    );
    market.emptied();
    expect(kinds(market.time(3000))).toEqual(expect.arrayContaining(['empty']));
    market.emptied();
    market.book();
    expect(kinds(market.account())).toContain('left');
  });

  it('older than a minute are a reason to place nothing', () => {
    const market = new LoneMarket();
    const outputs = market.look(0, {}, many(1));
    market.hear({ kind: 'sent', id: 1, results: notSent(outputs) });
    const again = market.look(60_000);
    expect(kinds(again)).toContain('send');
    market.hear({ kind: 'sent', id: 2, results: notSent(again) });
    expect(kinds(market.look(10_000))).not.toContain('send');
  });
});

describe('what waits for a decision', () => {
  it('is bounded while none is made', () => {
    const market = new LoneMarket();
    market.look(0);
    market.fills([]);
    for (let looks = 0; looks < 30; looks += 1) {
      market.time(10_000);
      const trades = Array.from({ length: 100 }, (_, index) => ({
        at: epochMs(market.at - 100 + index),
        side: 'buy' as const,
        price: price(100_000),
        size: size(1),
      }));
      const at = market.at;
      const book = checkedBook(at, [{ price: 99_999, size: 1 }], [{ price: 100_001, size: 1 }]);
      const answer = done({ book, trades, requestsLeftRatio: 1, clockSkewMs: 0 });
      market.hear({ kind: 'book', askedAt: at, answer });
      market.fills(many(30, looks * 100_000));
    }
    expect(market.state.sight.newTrades?.length).toBeLessThanOrEqual(1000);
    expect(market.state.sight.newFills.length).toBeLessThanOrEqual(1000);
  });
});

describe('refusals', () => {
  const REFUSED: CommandOutcome = { kind: 'refused', code: 'no', reason: 'margin' };

  /** Answers the send: buys with this, sells with a yes. */
  function answer(market: LoneMarket, outputs: readonly Output[], outcome: CommandOutcome) {
    const send = outputs.find(({ kind }) => kind === 'send');
    if (send?.kind !== 'send') return [];
    const places = send.commands.flatMap((one) => (one.kind === 'place' ? [one] : []));
    const results = send.commands.map((one) =>
      one.kind === 'place'
        ? {
            id: one.clientId,
            kind: one.kind,
            outcome:
              one.side === 'buy'
                ? outcome
                : ({ kind: 'refused', code: 'x', reason: 'crossing' } as const),
          }
        : {
            id: commandId(one),
            kind: one.kind,
            outcome: { kind: 'cancelled', filled: size(0) } as const,
          },
    );
    market.hear({ kind: 'sent', id: send.id, results });
    return places.map(({ side }) => side);
  }

  it('of one side alone back off that side alone (C12)', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
    market.fills([]);
    let buys = 0;
    let sells = 0;
    for (let looks = 0; looks < 300; looks += 1) {
      const outputs = market.look(1000);
      const send = outputs.find(({ kind }) => kind === 'send');
      if (send?.kind !== 'send') continue;
      const results = send.commands.flatMap((one) => {
        if (one.kind !== 'place') return [];
        if (one.side === 'buy') buys += 1;
        else sells += 1;
        const outcome: CommandOutcome =
          one.side === 'buy' ? REFUSED : { kind: 'not-sent', why: '' };
        return [{ id: one.clientId, kind: one.kind, outcome }];
      });
      market.hear({ kind: 'sent', id: send.id, results });
    }
    expect(sells).toBeGreaterThan(250);
    expect(buys).toBeGreaterThan(5);
    expect(buys).toBeLessThan(30);
    expect(market.state.sight.refusals.sell.inRow).toBe(0);
  });

  it('for too many requests hold back both sides until then, and looks go on (C12)', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
    market.fills([]);
    market.book();
    const placed = answer(market, market.account(), {
      kind: 'rate-limited',
      retryAfterMs: 60_000,
    });
    expect(placed).toEqual(['buy', 'sell']);
    for (let looks = 0; looks < 59; looks += 1) {
      const outputs = market.look(1000);
      expect(kinds(outputs)).toContain('decided');
      expect(kinds(outputs)).not.toContain('send');
    }
    expect(kinds(market.look(2000))).toContain('send');
  });
});

describe("somebody else's orders", () => {
  it('are counted and said once, however they come and go (C1)', () => {
    const market = new LoneMarket();
    market.fills([]);
    const theirs = (venueId: string, clientId: string): OpenOrder => ({
      venueId,
      clientId,
      side: 'buy',
      price: price(99_900),
      remaining: size(0.009),
    });
    const other = (index: number) =>
      theirs(`x${index}`, `q2.other.quote.BTC-PERP.buy.0.5.${index}`);
    const outputs = Array.from({ length: 10 }, (_, index) =>
      market.look(10_000, { orders: [other(index), theirs('p', 'mine')] }),
    ).flat();
    expect(said(outputs).filter((what) => what === 'orders on our account are not ours')).toEqual([
      'orders on our account are not ours',
      'orders on our account are not ours',
    ]);
    // 900 of 1,000 USD are theirs on that side: none of ours beside it.
    const sides = market.state.orders.working.flatMap((one) =>
      one.state === 'sending' ? [one.side] : [],
    );
    expect(sides).not.toContain('buy');
  });
});

describe('books of years', () => {
  /** More than a function can be given arguments. */
  const MANY = 200_000;

  it('begin on however many facts the ledger holds', () => {
    const facts = many(MANY, -MANY).map((fill, index) => ({
      number: index + 1,
      fence: 1,
      entry: { kind: 'fill' as const, fill, mid: price(100_000) },
    }));
    const { books } = new LoneMarket({ ...nothingKnown(), facts }).state;
    expect(books).toMatchObject({
      nextFact: MANY + 1,
      startedAt: START - MANY,
      newestFillAt: START - 1,
    });
    expect(books.pnl.fills).toBe(MANY);
  });

  it('hear however many executions that a venue lists are in doubt', () => {
    const market = new LoneMarket();
    market.look(0);
    market.time(market.state.sight.deepFillsAt - market.at);
    const doubtful = Array.from({ length: MANY }, (_, index) => `row ${index}`);
    const answer = done({ fills: [], doubtful, clockSkewMs: 0 });
    const heard = { kind: 'fills', askedAt: market.at, since: epochMs(0), answer } as const;
    expect(said(market.hear(heard))).toHaveLength(MANY);
  });
});
