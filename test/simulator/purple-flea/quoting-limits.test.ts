import { describe, expect, it } from 'vitest';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { calm, ME, mid, PAIR, sideOf, startQuoting } from './quoting.ts';

const { print, touch } = eventsFrom(BEFORE_FUNDING);

describe('max_inventory_usd', () => {
  /** Sold through our bid at 1 s, bought through our ask at 12 s. */
  const turning = [
    ...calm(0, 1000),
    print(1500, 'sell', 59_900, 1),
    ...calm(2000, 11_000),
    print(11_500, 'buy', 60_100, 1),
    ...calm(12_000, 20_000),
  ];

  it('withdraws the growing side at the limit, and leaves it away where nothing refreshes', () => {
    const { playTo, quote, report, rests } = startQuoting(turning);
    quote();
    quote({ limits: { maxInventoryUsd: 12_000 } });
    playTo(1500);
    expect(report()).toMatchObject({
      state: 'one-sided',
      reason: expect.stringContaining('no buy quote') as unknown,
    });
    expect(rests()).toEqual(['sell 60020 x 100', 'sell 60020 x 100']);
    playTo(20_000);
    expect(report().state).toBe('quoting');
    expect(rests()).toEqual([]);
  });

  it('does not act below the limit', () => {
    const { playTo, quote, report } = startQuoting(turning);
    quote({ limits: { maxInventoryUsd: 6001 } });
    playTo(1500);
    expect(report().state).toBe('quoting');
  });

  it('brings the growing side back with the next refresh below the limit', () => {
    const { playTo, quote, report, rests } = startQuoting(turning);
    quote({ autoRefresh: true, limits: { maxInventoryUsd: 5000 } });
    playTo(10_000);
    expect(rests()).toEqual(['sell 60020 x 100']);
    playTo(12_000);
    expect(report().state).toBe('quoting');
    playTo(15_000);
    expect(rests()).toEqual(PAIR);
  });

  it('acts at once on what a new request forbids', () => {
    const { playTo, quote, rests, held } = startQuoting(turning);
    quote();
    quote({ pair: { buy: sideOf(59_800, 5980) } });
    playTo(2000);
    const quoted = quote({ limits: { maxInventoryUsd: 5000, autoHedgeThresholdUsd: 3000 } });
    expect(quoted).toMatchObject({ ok: true, value: { state: 'one-sided' } });
    expect(rests()).toEqual(['sell 60020 x 100', 'sell 60020 x 100']);
    expect(held()).toBe(0.05);
  });

  it('does not even place the growing side of a later request', () => {
    const { sessions, playTo, quote, rests } = startQuoting(turning);
    quote({ limits: { maxInventoryUsd: 5000 } });
    playTo(2000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const quoted = quote({ limits: { maxInventoryUsd: 5000 } });
    expect(quoted.ok && quoted.value.placed.buy).toBeUndefined();
    expect(rests()).toEqual(['sell 60020 x 100']);
  });
});

describe('max_spread_bps', () => {
  const widening = [
    mid(0, 60_000),
    touch(1000, 59_985, 60_015),
    mid(2000, 60_000),
    ...calm(3000, 8000),
  ];

  it('withdraws both sides while the market is wider, and an automatic session resumes below', () => {
    const { playTo, quote, report, rests } = startQuoting(widening);
    quote({ autoRefresh: true, limits: { maxSpreadBps: 4 } });
    playTo(1000);
    expect(report()).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('5.00 bps') as unknown,
    });
    expect(rests()).toEqual([]);
    playTo(2000);
    expect(report().state).toBe('quoting');
    expect(rests()).toEqual(PAIR);
  });

  it('allows exactly the limit', () => {
    const { playTo, quote, report } = startQuoting(widening);
    quote({ limits: { maxSpreadBps: 5 } });
    playTo(1000);
    expect(report().state).toBe('quoting');
  });

  it('places nothing by itself for a client that did not ask for refreshes', () => {
    const { playTo, quote, report, rests } = startQuoting(widening);
    quote({ limits: { maxSpreadBps: 4 } });
    playTo(1000);
    const quoted = quote({ limits: { maxSpreadBps: 4 } });
    expect(quoted).toMatchObject({ ok: true, value: { state: 'paused', placed: {} } });
    playTo(8000);
    expect(report().state).toBe('quoting');
    expect(rests()).toEqual([]);
    expect(quote({ limits: { maxSpreadBps: 4 } }).ok).toBe(true);
    expect(rests()).toHaveLength(2);
  });
});

describe('auto_hedge_threshold_usd', () => {
  it('cuts the position back to the threshold with a taker order', () => {
    const { exchange, playTo, quote, held } = startQuoting([
      ...calm(0, 1000),
      print(1500, 'sell', 59_900, 1),
      ...calm(2000, 9000),
    ]);
    quote({ limits: { autoHedgeThresholdUsd: 3000 } });
    playTo(1500);
    const [, hedge, ...more] = exchange.account(ME).fills('BTC-PERP');
    expect(hedge).toMatchObject({ side: 'sell', liquidity: 'taker', price: 59_999.5, size: 0.05 });
    playTo(9000);
    expect(more).toEqual([]);
    expect(held()).toBe(0.05);
  });

  it('cuts off even less than the smallest order', () => {
    const events = [...calm(0, 1000), print(1500, 'sell', 59_900, 1), ...calm(2000, 3000)];
    const { playTo, quote, held } = startQuoting(events, { minNotionalUsd: 1000 });
    quote({ limits: { autoHedgeThresholdUsd: 5990 } });
    playTo(3000);
    expect(held()).toBe(0.099);
  });

  it('goes on while the book is too thin, and never turns the position around', () => {
    const thin = Array.from({ length: 9 }, (_, second) =>
      touch(second * 1000, 59_999.5, 60_000.5, 0.02),
    );
    const { playTo, quote, held } = startQuoting([
      ...thin.slice(0, 2),
      print(1500, 'buy', 60_100, 1),
      ...thin.slice(2),
    ]);
    quote({ limits: { autoHedgeThresholdUsd: 10 } });
    playTo(2000);
    expect(held()).toBe(-0.08);
    playTo(8000);
    // 0.02 a second from 1.5 s on, and the last hundredth of a lot is under the threshold.
    expect(held()).toBe(0);
  });
});
