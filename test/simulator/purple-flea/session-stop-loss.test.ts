import { describe, expect, it } from 'vitest';
import { anOrder, BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { calm, ME, sideOf, startQuoting } from './quoting.ts';

const { after, print } = eventsFrom(BEFORE_FUNDING);

describe('session_stop_loss_usd', () => {
  const falling = [
    ...calm(0, 1000),
    print(1500, 'sell', 59_900, 1),
    ...calm(2000, 3000, 59_950),
    ...calm(4000, 120_000, 59_700),
  ];

  it('cancels everything in the market and stops until the next request', () => {
    const { exchange, playTo, quote, report, rests } = startQuoting(falling);
    exchange.place(ME, anOrder({ price: 50_000, size: 0.1, postOnly: true }));
    quote({ autoRefresh: true, limits: { sessionStopLossUsd: 20 } });
    playTo(3000);
    expect(report().state).toBe('quoting');
    playTo(4000);
    expect(report()).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^session lost 2\d\.\d\d USD/) as unknown,
    });
    playTo(10_000);
    expect(rests()).toEqual([]);
    const pair = { buy: sideOf(59_600, 5960) };
    expect(quote({ pair, limits: { sessionStopLossUsd: 20 } }).ok).toBe(true);
    playTo(12_000);
    expect(report()).toMatchObject({
      state: 'quoting',
      netPnlUsd: 0,
      startedAt: after(10_000),
    });
  });

  it('counts a loop of cancels and requests as one session', () => {
    const { sessions, playTo, quote, report } = startQuoting(falling);
    quote({ limits: { sessionStopLossUsd: 20 } });
    playTo(3000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const pair = { buy: sideOf(59_600, 5960) };
    quote({ pair, limits: { sessionStopLossUsd: 20 } });
    playTo(4000);
    expect(report().state).toBe('stopped');
  });

  it('goes on with the session of a loop that once cancelled', () => {
    const { sessions, playTo, quote, report } = startQuoting(falling);
    quote();
    playTo(10_000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const pair = { buy: sideOf(59_600, 5960) };
    quote({ pair });
    playTo(90_000);
    quote({ pair });
    expect(report().startedAt).toBe(after(0));
  });

  it('begins a new session after a minute without any request', () => {
    const { sessions, playTo, quote, report } = startQuoting(falling);
    quote();
    playTo(10_000);
    sessions.cancelAll(ME, 'BTC-PERP');
    playTo(70_001);
    quote({ pair: { buy: sideOf(59_600, 5960) } });
    expect(report()).toMatchObject({
      startedAt: after(70_001),
      netPnlUsd: 0,
    });
  });
});
