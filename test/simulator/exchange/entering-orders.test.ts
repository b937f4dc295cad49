import { describe, expect, it } from 'vitest';
import { anExchange, eventsFrom, placed, refusalOf } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { openExchange, OPENED } from './open-exchange.ts';

const { after } = eventsFrom(START);

describe('entering orders', () => {
  it('refuses what the venue would refuse, and nothing happens', () => {
    const exchange = anExchange(OPENED);
    expect(refusalOf(exchange, 'a')).toBe('MARKET_CLOSED');
    exchange.advanceTo(after(0));
    expect(refusalOf(exchange, 'a', { market: 'DOGE-PERP' })).toBe('MARKET_NOT_FOUND');
    expect(refusalOf(exchange, 'a', { price: 99.95 })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { price: Number.NaN })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { price: undefined })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { size: 0.05 })).toBe('INVALID_SIZE');
    expect(refusalOf(exchange, 'a', { size: Number.NaN })).toBe('INVALID_SIZE');
    expect(refusalOf(exchange, 'a', { postOnly: true, price: 100.1 })).toBe(
      'POST_ONLY_WOULD_CROSS',
    );
    expect(refusalOf(exchange, 'a', { reduceOnly: true })).toBe('REDUCE_ONLY_WOULD_INCREASE');
    expect(refusalOf(exchange, 'a', { size: 2000 })).toBe('INSUFFICIENT_BALANCE');
    expect(exchange.openOrders('a', 'BTC-PERP')).toEqual([]);
    expect(exchange.equityUsd('a')).toBe(10_000);
  });

  it('refuses less than the minimum notional', () => {
    const exchange = openExchange(OPENED, 'queue', {
      spec: aSpec({ tick: 0.1, lot: 0.1, minNotional: 50 }),
    });
    expect(refusalOf(exchange, 'a', { size: 0.3 })).toBe('SIZE_TOO_SMALL');
    expect(refusalOf(exchange, 'a', { size: 0.5 })).toBe('accepted');
  });

  it('takes a client order id only once', () => {
    const exchange = openExchange(OPENED);
    placed(exchange, 'a', { clientId: 'x' });
    expect(refusalOf(exchange, 'a', { clientId: 'x' })).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(refusalOf(exchange, 'b', { clientId: 'x' })).toBe('accepted');
  });

  it('post-only also looks at the other accounts', () => {
    const exchange = openExchange(OPENED);
    placed(exchange, 'a', { side: 'sell', price: 100 });
    expect(refusalOf(exchange, 'b', { postOnly: true, price: 100 })).toBe('POST_ONLY_WOULD_CROSS');
    expect(refusalOf(exchange, 'b', { postOnly: true, price: 99.9 })).toBe('accepted');
  });

  it('cancels one order or all, once, and only those of the account', () => {
    const exchange = openExchange(OPENED);
    const first = placed(exchange, 'a').order;
    placed(exchange, 'a', { price: 99.8 });
    placed(exchange, 'b');
    expect(exchange.cancel('b', first.id)).toEqual({ ok: false, failure: 'not-found' });
    expect(exchange.cancel('a', first.id)).toMatchObject({ ok: true });
    expect(exchange.cancel('a', first.id)).toEqual({ ok: false, failure: 'not-open' });
    expect(exchange.cancelAll('a', 'BTC-PERP')).toHaveLength(1);
    expect(exchange.openOrders('b', 'BTC-PERP')).toHaveLength(1);
  });
});
