import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { anExchange, anOrder, eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';

const { after, touch, print } = eventsFrom(START);

const sides = fc.constantFrom<Side>('buy', 'sell');
const tenths = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);

/** One second of market and one order each. */
const steps = fc.array(
  fc.record({
    bid: tenths(95, 104),
    width: fc.integer({ min: 1, max: 20 }),
    shown: tenths(1, 20),
    trade: fc.record({ side: sides, away: fc.integer({ min: -10, max: 10 }), size: tenths(1, 30) }),
    order: fc.record({
      account: fc.constantFrom('a', 'b', 'c'),
      side: sides,
      price: tenths(94, 106),
      size: tenths(1, 9),
      postOnly: fc.boolean(),
      ioc: fc.boolean(),
      reduceOnly: fc.boolean(),
    }),
    cancel: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

const feedOf = (
  list: readonly {
    bid: number;
    width: number;
    shown: number;
    trade: { side: Side; away: number; size: number };
  }[],
): readonly FeedEvent[] =>
  list.flatMap(({ bid, width, shown, trade }, index) => [
    touch(index * 1000, bid, Number((bid + width / 10).toFixed(1)), shown, shown),
    print((index + 0.5) * 1000, trade.side, Number((bid + trade.away / 10).toFixed(1)), trade.size),
  ]);

describe('the exchange, whatever happens in it', () => {
  it('keeps its books: equity is deposit plus trading, makers never trade worse than their price nor better than their size, reduce-only never opens', () => {
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom<FillModel>('queue', 'trade-through', 'touch'),
        (list, model) => {
          const exchange = anExchange(feedOf(list), model);
          const limits = new Map<
            string,
            { side: Side; price: number; size: number; reduceOnly: boolean; postOnly: boolean }
          >();
          const held = new Map<string, number>();
          const problems: string[] = [];
          exchange.listen({
            filled(account, fill) {
              const limit = limits.get(fill.orderId);
              const before = held.get(account) ?? 0;
              const now = Number((before + signOf(fill.side) * fill.size).toFixed(1));
              held.set(account, now);
              if (limit === undefined) return;
              if (signOf(limit.side) * (fill.price - limit.price) > 1e-9)
                problems.push('worse than its limit');
              if (limit.reduceOnly && Math.abs(now) > Math.abs(before))
                problems.push('reduce-only grew');
              if (limit.reduceOnly && now * before < 0) problems.push('reduce-only flipped');
              if (limit.postOnly && fill.liquidity === 'taker') problems.push('post-only took');
            },
          });
          list.forEach(({ order, cancel }, index) => {
            exchange.advanceTo(after(index * 1000));
            if (cancel) exchange.cancelAll(order.account, 'BTC-PERP');
            const outcome = exchange.place(
              order.account,
              anOrder({ ...order, timeInForce: order.ioc ? 'IOC' : 'GTC' }),
            );
            if (outcome.ok) limits.set(outcome.value.order.id, order);
          });
          exchange.advanceTo(after(list.length * 1000));
          const mid = exchange.market('BTC-PERP')?.mid() ?? 0;
          for (const key of ['a', 'b', 'c']) {
            const account = exchange.account(key);
            const fills = account.fills('BTC-PERP');
            const cash = fills.reduce(
              (sum, fill) => sum - signOf(fill.side) * fill.size * fill.price + fill.feeUsd,
              0,
            );
            expect(account.holding('BTC-PERP').position.size).toBe(held.get(key) ?? 0);
            expect(exchange.equityUsd(key)).toBeCloseTo(
              10_000 + cash + (held.get(key) ?? 0) * mid,
              6,
            );
            for (const [id, limit] of limits) {
              const traded = fills
                .filter(({ orderId }) => orderId === id)
                .reduce((sum, { size }) => sum + size, 0);
              expect(traded).toBeLessThanOrEqual(limit.size + 1e-9);
            }
          }
          expect(problems).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('fills the same for the same feed and the same orders', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const run = (): unknown => {
          const exchange = anExchange(feedOf(list));
          list.forEach(({ order }, index) => {
            exchange.advanceTo(after(index * 1000));
            exchange.place(
              order.account,
              anOrder({ ...order, timeInForce: order.ioc ? 'IOC' : 'GTC' }),
            );
          });
          exchange.advanceTo(after(list.length * 1000));
          return ['a', 'b', 'c'].map((key) => exchange.account(key).fills('BTC-PERP'));
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 50 },
    );
  });

  it('the more pessimistic the model, the less one resting order fills', () => {
    fc.assert(
      fc.property(steps, sides, (list, side) => {
        const filled = (model: FillModel): number => {
          const exchange = anExchange(feedOf(list), model);
          exchange.advanceTo(after(0));
          const outcome = exchange.place(
            'a',
            anOrder({ side, price: side === 'buy' ? 95 : 106, size: 5, postOnly: true }),
          );
          exchange.advanceTo(after(list.length * 1000));
          return outcome.ok
            ? exchange
                .account('a')
                .fills('BTC-PERP')
                .reduce((sum, { size }) => sum + size, 0)
            : 0;
        };
        const [pessimistic, queued, optimistic] = [
          filled('trade-through'),
          filled('queue'),
          filled('touch'),
        ];
        expect(pessimistic).toBeLessThanOrEqual(queued + 1e-9);
        expect(queued).toBeLessThanOrEqual(optimistic + 1e-9);
      }),
      { numRuns: 200 },
    );
  });
});
