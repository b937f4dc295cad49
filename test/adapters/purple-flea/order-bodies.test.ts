import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hedgeBody,
  orderBody,
  quoteBody,
  usdNotional,
} from '#shared/adapters/purple-flea/order-bodies.ts';
import { atIndex, grid } from '#shared/domain/order/grid.ts';
import { pairQuotes } from '#shared/domain/order/pair-quotes.ts';
import { price, size } from '#shared/domain/units.ts';
import { aQuote, aReduce } from './builders.ts';
import { BTC, ETH } from '#test/builders/market.ts';

const steps = fc.constantFrom(1e-8, 0.00001, 0.001, 0.0025, 0.1, 0.5, 1, 10, 100);

describe('a size in USD', () => {
  it('turns back into exactly the lots it was made from, rounded down or to the nearest, also after its trip as text', () => {
    fc.assert(
      fc.property(
        steps,
        steps,
        fc.integer({ min: 1, max: 1e8 }),
        fc.integer({ min: 1, max: 1e8 }),
        (lotStep, tickStep, lots, ticks) => {
          const [lot, tick] = [grid(lotStep), grid(tickStep)];
          const at = price(atIndex(tick, ticks));
          const sent = JSON.parse(
            JSON.stringify(usdNotional(size(atIndex(lot, lots)), at)),
          ) as number;
          expect(Math.floor(sent / at / lotStep + 1e-6)).toBe(lots);
          expect(Math.round(sent / at / lotStep)).toBe(lots);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('what is sent', () => {
  it('is for a pair the quote of S1, post-only, refreshed by nobody but us (A1)', () => {
    const [bid, ask] = [
      aQuote({ clientId: 'b' }),
      aQuote({ side: 'sell', clientId: 'a', size: size(0.002) }),
    ];
    const expected = {
      symbol: 'BTC-PERP',
      bid_price: 99_999.5,
      bid_size: 0.003 * 99_999.5,
      ask_price: 100_000.5,
      ask_size: 0.002 * 100_000.5,
      time_in_force: 'GTC',
      post_only: true,
      auto_refresh: false,
      bid_client_order_id: 'b',
      ask_client_order_id: 'a',
    };
    expect(quoteBody(bid, ask, {})).toEqual(expected);
    expect(quoteBody(bid, ask, { maxInventoryUsd: 1000, maxSpreadBps: 30 })).toEqual({
      ...expected,
      max_inventory_usd: 1000,
      max_spread_bps: 30,
    });
  });

  it('is for one side a post-only limit order (A1)', () => {
    expect(orderBody(aQuote({ side: 'sell', clientId: 'a' }))).toEqual({
      market: 'BTC-PERP',
      side: 'short',
      size: 0.003 * 100_000.5,
      type: 'limit',
      price: 100_000.5,
      post_only: true,
      client_order_id: 'a',
    });
    expect(orderBody(aQuote())).toMatchObject({ side: 'long', price: 99_999.5 });
  });

  it('is for a reduction a share of the position, never more than all of it (B2)', () => {
    expect(hedgeBody(aReduce())).toEqual({
      symbol: 'BTC-PERP',
      hedge_pct: 0.25,
      client_order_id: 'q2.test.quote.BTC-PERP.sell.0.1.9',
      limit_price: 99_900,
      reduce_only: true,
    });
    expect(hedgeBody(aReduce({ size: size(3) }))).toMatchObject({ hedge_pct: 1 });
    expect(hedgeBody(aReduce({ size: size(0) }))).toBeUndefined();
    expect(hedgeBody(aReduce({ positionSize: size(0) }))).toBeUndefined();
  });
});

describe('quotes', () => {
  const quotes = fc.array(
    fc.record({
      market: fc.constantFrom(BTC, ETH),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      level: fc.integer({ min: 0, max: 3 }),
    }),
  );

  it('are each sent once, in pairs as far as market and level allow', () => {
    fc.assert(
      fc.property(quotes, (drawn) => {
        const all = drawn.map((quote, index) => aQuote({ ...quote, clientId: `c${index}` }));
        const groups = pairQuotes(all);
        const sent = groups.flatMap((group) =>
          group.kind === 'pair' ? [group.bid, group.ask] : [group.quote],
        );
        expect(new Set(sent)).toEqual(new Set(all));
        expect(sent).toHaveLength(all.length);
        for (const group of groups)
          if (group.kind === 'pair')
            expect([group.bid.side, group.ask.side, group.bid.market, group.bid.level]).toEqual([
              'buy',
              'sell',
              group.ask.market,
              group.ask.level,
            ]);
        const alone = groups.flatMap((group) => (group.kind === 'single' ? [group.quote] : []));
        const slots = new Set(alone.map(({ market, level, side }) => `${market} ${level} ${side}`));
        for (const { market, level } of alone)
          expect([...slots].filter((slot) => slot.startsWith(`${market} ${level} `))).toHaveLength(
            1,
          );
      }),
    );
  });
});
