import { describe, expect, it } from 'vitest';
import { opposite } from '#shared/domain/order/side.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { aQuote } from '#test/floors/exchange-in-process.ts';
import { ME, mid, PAIR, sideOf, startQuoting } from './quoting.ts';

const { gap, touch } = eventsFrom(BEFORE_FUNDING);

describe('a quote request', () => {
  it('rests both sides of a pair', () => {
    const { quote, rests } = startQuoting([mid(0, 60_000)]);
    const quoted = quote();
    expect(quoted).toMatchObject({ ok: true, value: { state: 'quoting', reason: undefined } });
    expect(rests()).toEqual(PAIR);
  });

  it('accumulates orders when nobody cancels in between', () => {
    const { quote, report, rests } = startQuoting([mid(0, 60_000)]);
    for (let request = 0; request < 3; request += 1) quote();
    expect(rests()).toHaveLength(6);
    expect(report().orders).toHaveLength(6);
  });

  it.each([
    ['the ask is refused', sideOf(59_980, 5998), sideOf(60_020, 5)],
    ['the bid is refused', sideOf(59_980, 5), sideOf(60_020, 6002)],
    ['the bid would cross', sideOf(60_000.5, 6000), sideOf(60_020, 6002)],
    ['the ask would cross', sideOf(59_980, 5998), sideOf(59_999.5, 6000)],
  ])('leaves nothing behind when %s', (_, buy, sell) => {
    const { quote, report, rests } = startQuoting([mid(0, 60_000)]);
    expect(quote({ pair: { buy, sell } })).toMatchObject({ ok: false });
    expect(rests()).toEqual([]);
    expect(report().state).toBe('none');
  });

  it.each(['buy', 'sell'] as const)(
    'trades nothing with its crossing %s side when the other side is refused',
    (crossing) => {
      const { exchange, quote, rests } = startQuoting([mid(0, 60_000)]);
      const prices =
        crossing === 'buy' ? { buy: 60_000.5, sell: 60_020 } : { buy: 59_980, sell: 59_999.5 };
      const sizes = { [crossing]: 6000, [opposite(crossing)]: 5 };
      const pair = {
        buy: sideOf(prices.buy, sizes['buy'] ?? 0),
        sell: sideOf(prices.sell, sizes['sell'] ?? 0),
      };
      expect(quote({ pair, postOnly: false })).toMatchObject({
        ok: false,
        failure: { code: 'INVALID_SIZE' },
      });
      expect(exchange.account(ME).fills('BTC-PERP')).toEqual([]);
      expect(rests()).toEqual([]);
    },
  );

  it('is refused without a live book, and leaves the session before it in force', () => {
    const { playTo, quote, report, rests } = startQuoting([
      mid(0, 60_000),
      gap(1000, 9000),
      mid(9000, 60_000),
    ]);
    quote({ limits: { maxSpreadBps: 7 } });
    playTo(1000);
    expect(quote()).toMatchObject({
      ok: false,
      failure: { code: 'MARKET_CLOSED' },
    });
    expect(report()).toMatchObject({
      state: 'quoting',
      limits: { maxSpreadBps: 7 },
      orders: [],
    });
    expect(rests()).toEqual([]);
  });

  it('is refused for a market that does not exist', () => {
    const { quote } = startQuoting([mid(0, 60_000)]);
    expect(quote({ market: 'DOGE-PERP' })).toMatchObject({
      ok: false,
      failure: { code: 'MARKET_NOT_FOUND' },
    });
  });
});

it('watches over each account by itself', () => {
  const { exchange, sessions, playTo, quote, rests } = startQuoting([
    mid(0, 60_000),
    touch(1000, 59_985, 60_015),
    mid(2000, 60_000),
  ]);
  quote({ limits: { maxSpreadBps: 4 } });
  sessions.quote('pf_test_other', aQuote());
  playTo(1000);
  expect(rests()).toEqual([]);
  expect(exchange.openOrders('pf_test_other', 'BTC-PERP')).toHaveLength(2);
  expect(sessions.report('pf_test_nobody', 'BTC-PERP')).toMatchObject({
    state: 'none',
    orders: [],
  });
  expect(createQuotingSessions(exchange).cancelAll('pf_test_other', 'BTC-PERP')).toHaveLength(2);
});
