import { performance } from 'node:perf_hooks';
import { bps, epochMs } from '#shared/domain/units.ts';
import { createExchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import { START } from '#test/builders/market.ts';
import { benchDecisions } from './decisions.ts';

const FEES = { makerBps: bps(1.5), takerBps: bps(4.5) };

benchDecisions();
benchExchange();

/**
 * Market events per second after loading: the feed alone, through an empty exchange, and with
 * quotes of ours moving every 3 s.
 */
function benchExchange(): void {
  const source = syntheticFeed({
    coin: 'BTC',
    seed: 1,
    startsAt: START,
    fees: FEES,
    fundingIntervalHours: 8,
  });
  const events = take(source, 6 * 3600);
  const until = epochMs(START + 6 * 3_600_000);
  const feed = (): MarketFeed => ({ ...source, events: events[Symbol.iterator]() });
  const play = (quoting: boolean): number => {
    const exchange = createExchange({
      feeds: [feed()],
      fillModel: 'queue',
      startsAt: START,
      depositUsd: 100_000,
      maxLeverage: 10,
    });
    const begin = performance.now();
    for (let at = START + 3000; at <= until; at += 3000) {
      exchange.advanceTo(epochMs(at));
      if (quoting) requote(exchange);
    }
    return events.length / ((performance.now() - begin) / 1000);
  };
  const loop = (): number => {
    const begin = performance.now();
    let sum = 0;
    for (const event of events) sum += event.at;
    const took = performance.now() - begin;
    if (!Number.isFinite(sum)) throw new Error('an event has no time');
    return events.length / (took / 1000);
  };
  const rows = [
    ['feed alone', medianOf(loop)],
    ['exchange, no orders', medianOf(() => play(false))],
    ['exchange, two quotes every 3 s', medianOf(() => play(true))],
  ] as const;
  console.log(`market events (${events.length} of BTC)              events/s`);
  for (const [name, rate] of rows)
    console.log(`${name.padEnd(36)} ${Math.round(rate).toLocaleString('en-US').padStart(14)}`);
}

function requote(exchange: ReturnType<typeof createExchange>): void {
  const mid = exchange.market('BTC-PERP')?.mid();
  if (mid === undefined) return;
  exchange.cancelAll('pf_test_bench', 'BTC-PERP');
  for (const side of ['buy', 'sell'] as const) {
    const wanted = Math.round(mid * (side === 'buy' ? 0.9997 : 1.0003));
    exchange.place('pf_test_bench', {
      market: 'BTC-PERP',
      side,
      price: wanted,
      size: 0.001,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
  }
}

function take(feed: MarketFeed, seconds: number): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  for (
    let step = feed.events.next();
    step.done !== true && step.value.at <= START + seconds * 1000;
    step = feed.events.next()
  )
    events.push(step.value);
  return events;
}

function medianOf(measure: () => number, runs = 5): number {
  const rates = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  return rates[Math.floor(runs / 2)] ?? Number.NaN;
}
