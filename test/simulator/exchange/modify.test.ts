import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIDES, signOf, type Side } from '#shared/domain/order/side.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { anExchange, eventsFrom, placed } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';

const { after, gap, touch, print } = eventsFrom(START);
const SYMBOL = 'BTC-PERP';
const MARKET = [touch(0, 99.5, 100.5, 20, 20)];
const to = { price: 99, size: 2, shrinksInPlace: false };

const open = (exchange: Exchange): readonly string[] =>
  exchange.openOrders('a', SYMBOL).map(({ id }) => id);

describe('a modify at the exchange', () => {
  const quoting = (events: readonly FeedEvent[] = MARKET, model: FillModel = 'trade-through') => {
    const exchange = anExchange(events, model);
    exchange.advanceTo(after(0));
    return { exchange, old: placed(exchange, 'a', { price: 99.5, size: 3, postOnly: true }).order };
  };

  it('is a cancel and a post-only place of its own size in one', () => {
    const { exchange, old } = quoting();
    const modified = exchange.modify('a', old.id, { ...to, clientId: 'new' });
    expect(modified).toMatchObject({
      ok: true,
      value: {
        old: { id: old.id, status: 'cancelled' },
        order: { clientId: 'new', status: 'open' },
      },
    });
    if (modified.ok) expect(open(exchange)).toEqual([modified.value.order.id]);
  });

  it('is only for open orders of the account itself', () => {
    const { exchange, old } = quoting();
    for (const [key, id] of [
      ['b', old.id],
      ['a', 'ord_nope'],
    ] as const)
      expect(exchange.modify(key, id, to)).toEqual({
        ok: false,
        failure: { kind: 'not-open', order: undefined },
      });
    exchange.cancel('a', old.id);
    expect(exchange.modify('a', old.id, to)).toMatchObject({ failure: { kind: 'not-open' } });
    expect(open(exchange)).toEqual([]);
  });

  it('changes nothing where the new order is none, and leaves neither where it is not accepted', () => {
    const { exchange, old } = quoting();
    for (const none of [{ size: 0 }, { price: 99.55 }, { price: -1 }])
      expect(exchange.modify('a', old.id, { ...to, ...none })).toMatchObject({
        failure: { kind: 'refused' },
      });
    expect(open(exchange)).toEqual([old.id]);
    // 10,000 USD at 10 times: a thousand at 100 is all.
    for (const refused of [
      { price: 101, because: { code: 'POST_ONLY_WOULD_CROSS' } },
      { size: 2000, because: { code: 'INSUFFICIENT_BALANCE' } },
    ]) {
      const again = quoting();
      const { because, ...change } = refused;
      expect(again.exchange.modify('a', again.old.id, { ...to, ...change })).toMatchObject({
        failure: { kind: 'neither', because, old: { status: 'cancelled' } },
      });
      expect(open(again.exchange)).toEqual([]);
    }
  });

  it('does not count the old order against the margin of the new one', () => {
    const exchange = anExchange(MARKET, 'trade-through');
    exchange.advanceTo(after(0));
    const { order } = placed(exchange, 'a', { price: 99.5, size: 900, postOnly: true });
    expect(exchange.modify('a', order.id, { ...to, size: 900 })).toMatchObject({ ok: true });
  });

  it('finds nothing to replace once the market has closed', () => {
    const { exchange, old } = quoting([...MARKET, gap(1000, 9000)]);
    exchange.advanceTo(after(2000));
    expect(exchange.modify('a', old.id, to)).toMatchObject({ failure: { kind: 'not-open' } });
  });

  it('waits in the queue anew unless it shrinks where that keeps its place', () => {
    const events = [...MARKET, touch(1000, 99.5, 100.5, 60, 20)];
    const aheadOf = (change: object): number | undefined => {
      const { exchange, old } = quoting(events, 'queue');
      exchange.advanceTo(after(1000));
      const modified = exchange.modify('a', old.id, { ...to, price: 99.5, ...change });
      return modified.ok ? modified.value.order.queue.aheadLots : undefined;
    };
    const { exchange, old } = quoting(events, 'queue');
    exchange.advanceTo(after(1000));
    const before = old.queue.aheadLots;
    expect(exchange.market(SYMBOL)?.book.shownLots('buy', old.tick)).toBeGreaterThan(before);
    expect(aheadOf({ shrinksInPlace: true })).toBe(before);
    expect(aheadOf({ shrinksInPlace: true, size: 3 })).toBe(before);
    expect(aheadOf({ shrinksInPlace: true, size: 3.1 })).toBeGreaterThan(before);
    expect(aheadOf({ shrinksInPlace: false })).toBeGreaterThan(before);
  });

  it('keeps every side sorted, whole and within what each order may trade, whatever happens', () => {
    const tenths = (min: number, max: number): fc.Arbitrary<number> =>
      fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);
    const steps = fc.array(
      fc.record({
        bid: tenths(97, 103),
        taker: fc.constantFrom<Side>(...SIDES),
        traded: tenths(1, 9),
        side: fc.constantFrom<Side>(...SIDES),
        price: tenths(95, 105),
        size: tenths(1, 9),
        modifies: fc.boolean(),
        nth: fc.nat(20),
        shrinksInPlace: fc.boolean(),
      }),
      { minLength: 2, maxLength: 40 },
    );
    const models = fc.constantFrom<FillModel>('queue', 'trade-through', 'touch');
    let modified = 0;
    fc.assert(
      fc.property(steps, models, (list, model) => {
        const events = list.flatMap(({ bid, taker, traded }, index) => [
          touch(index * 1000, bid, Number((bid + 0.5).toFixed(1)), 1, 1),
          print(index * 1000 + 500, taker, taker === 'buy' ? bid + 1 : bid - 1, traded),
        ]);
        const exchange = anExchange(events, model);
        const sizes = new Map<string, number>();
        /** What an order had traded when it was replaced: never any more. */
        const replaced = new Map<string, number>();
        const tradedOf = (id: string): number =>
          exchange
            .account('a')
            .fills(SYMBOL)
            .filter(({ orderId }) => orderId === id)
            .reduce((sum, { size }) => sum + size, 0);
        list.forEach(({ side, price, size, modifies, nth, shrinksInPlace }, index) => {
          exchange.advanceTo(after(index * 1000));
          const [id] = [...sizes.keys()].slice(nth % Math.max(1, sizes.size));
          if (modifies && id !== undefined) {
            const wasOpen = exchange.order('a', id)?.status === 'open';
            const change = exchange.modify('a', id, { price, size, shrinksInPlace });
            if (change.ok || change.failure.kind === 'neither') replaced.set(id, tradedOf(id));
            if (change.ok) {
              modified += 1;
              sizes.set(change.value.order.id, size);
              expect(wasOpen).toBe(true);
              expect(change.value.filledSize).toBe(0);
            } else expect(wasOpen).toBe(change.failure.kind !== 'not-open');
          } else {
            const order = { market: SYMBOL, side, price, size, reduceOnly: false } as const;
            const one = exchange.place('a', { ...order, timeInForce: 'GTC', postOnly: true });
            if (one.ok) sizes.set(one.value.order.id, size);
          }
          const resting = SIDES.flatMap((of) => {
            const all = exchange.market(SYMBOL)?.resting(of).all() ?? [];
            const ticks = all.map((order) => -signOf(of) * order.tick);
            expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
            return all.map((order) => order.id);
          });
          expect(resting.toSorted()).toEqual(open(exchange).toSorted());
        });
        exchange.advanceTo(after(list.length * 1000));
        for (const [id, size] of sizes) expect(tradedOf(id)).toBeLessThanOrEqual(size + 1e-9);
        for (const [id, traded] of replaced) expect(tradedOf(id)).toBe(traded);
      }),
      { numRuns: 200 },
    );
    expect(modified).toBeGreaterThan(100);
  });
});
