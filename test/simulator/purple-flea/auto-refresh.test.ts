import { describe, expect, it } from 'vitest';
import { anOrder, BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { calm, ME, mid, PAIR, sideOf, startQuoting } from './quoting.ts';

const { gap, touch } = eventsFrom(BEFORE_FUNDING);

describe('auto_refresh', () => {
  it('reposts the whole pair every 5 s at its distances from the mid of then', () => {
    const { playTo, quote, rests } = startQuoting([
      ...calm(0, 4000),
      ...calm(5000, 9000, 60_100),
      ...calm(10_000, 10_000, 60_050),
    ]);
    quote({ autoRefresh: true });
    playTo(4999);
    expect(rests()).toEqual(PAIR);
    playTo(5000);
    // At 60,100 the ask of 60,020 was taken; the pair comes back whole, in USD: 0.099 BTC a side.
    expect(rests()).toEqual(['buy 60080 x 99', 'sell 60120 x 99']);
    playTo(10_000);
    expect(rests()).toEqual(['buy 60030 x 99', 'sell 60070 x 99']);
  });

  it('leaves the pair where it is between two refreshes', () => {
    const { playTo, quote, rests } = startQuoting([
      ...calm(0, 6000),
      ...calm(7000, 9000, 60_010),
      ...calm(10_000, 10_000, 60_010),
    ]);
    quote({ autoRefresh: true });
    playTo(9000);
    expect(rests()).toEqual(PAIR);
    playTo(10_000);
    expect(rests()).toEqual(['buy 59990 x 99', 'sell 60030 x 99']);
  });

  it('keeps a lopsided pair lopsided', () => {
    const { playTo, quote, rests } = startQuoting([...calm(0, 4000), ...calm(5000, 5000, 60_010)]);
    const pair = {
      buy: sideOf(59_990.04, 6000),
      sell: sideOf(60_030, 6004),
    };
    quote({ pair, autoRefresh: true });
    playTo(5000);
    expect(rests()).toEqual(['buy 60000 x 100', 'sell 60040 x 100']);
  });

  it('takes back what earlier requests left, and nothing that was ordered otherwise', () => {
    const { exchange, playTo, quote, rests } = startQuoting(calm(0, 5000));
    exchange.place(ME, anOrder({ price: 59_000, size: 0.1, postOnly: true }));
    quote();
    quote({ autoRefresh: true });
    playTo(5000);
    expect(rests()).toEqual(['buy 59000 x 100', 'buy 59980 x 100', 'sell 60020 x 100']);
  });

  it('is over with a cancel', () => {
    const { sessions, playTo, quote, report, rests } = startQuoting(calm(0, 11_000));
    quote({ autoRefresh: true });
    expect(sessions.cancelAll(ME, 'BTC-PERP')).toHaveLength(2);
    playTo(11_000);
    expect(rests()).toEqual([]);
    expect(report().state).toBe('none');
  });

  it('does not bring back a side whose order was cancelled by itself', () => {
    const { sessions, playTo, quote, rests } = startQuoting(calm(0, 11_000));
    const quoted = quote({ autoRefresh: true });
    sessions.cancel(ME, quoted.ok ? (quoted.value.placed.sell?.order.id ?? '') : '');
    playTo(11_000);
    expect(rests()).toEqual(['buy 59980 x 100']);
  });

  it('quotes again after a gap, on the first book behind it', () => {
    const { playTo, quote, report, rests } = startQuoting([
      mid(0, 60_000),
      gap(6000, 8000),
      mid(8000, 61_000),
    ]);
    quote({ autoRefresh: true });
    playTo(7999);
    expect(rests()).toEqual([]);
    expect(report()).toMatchObject({ state: 'quoting', reason: undefined });
    playTo(8000);
    expect(rests()).toEqual(['buy 60980 x 98', 'sell 61020 x 98']);
  });

  it('says why when a refresh is refused, and tries again', () => {
    // 0.4 above the mid: it rests while the touch is 1 away from the mid, and would trade when that
    // is 0.1.
    const pair = { buy: sideOf(60_000.4, 6001) };
    const { playTo, quote, report } = startQuoting([
      touch(0, 59_999, 60_001),
      touch(5000, 59_999.9, 60_000.1),
      touch(10_000, 59_999, 60_001),
    ]);
    quote({ pair, autoRefresh: true });
    playTo(5000);
    expect(report()).toMatchObject({
      orders: [],
      reason: expect.stringMatching(/^not refreshed: bid: post-only/) as unknown,
    });
    playTo(10_000);
    expect(report()).toMatchObject({ state: 'quoting', reason: undefined });
    expect(report().orders).toHaveLength(1);
  });
});
