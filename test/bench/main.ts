import { bench, do_not_optimize, run } from 'mitata';
import { performance } from 'node:perf_hooks';
import { done } from '#shared/domain/failure.ts';
import { bps, epochMs, price } from '#shared/domain/units.ts';
import { createExchange } from '#shared/simulator/exchange.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed.ts';
import { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import { decide } from '#shared/strategy/decide.ts';
import { diffOrders } from '#shared/strategy/diff-orders.ts';
import { orderCommands } from '#shared/strategy/order-commands.ts';
import { reviewCommands } from '#shared/strategy/review-commands.ts';
import { aBook, aBrain, aPosition, aView, aWorkingOrder, parameters, START } from '#test/support/builders.ts';

const FEES = { makerBps: bps(1.5), takerBps: bps(4.5) };
/** What the design allows a decision, in microseconds. */
const BUDGET_US = { median: 20, p99: 100 };

await benchDecisions();
benchExchange();

/** From a look to approved commands, and the decision alone; a JSON copy of the same view says how fast this machine is today. */
async function benchDecisions(): Promise<void> {
  const view = aView({ position: aPosition(0.003) });
  const inForce = parameters();
  const working = [aWorkingOrder(), aWorkingOrder({ side: 'sell', venueId: 'ord_2', price: price(100_100) })];
  let mid = 100_000;
  const moved = (): typeof view => {
    mid = mid === 100_000 ? 100_120 : 100_000;
    return { ...view, book: done(aBook(mid - 1, mid + 1)) };
  };
  const text = JSON.stringify(view);
  bench('copy of the view (JSON)', () => do_not_optimize(JSON.parse(text)));
  bench('decide', () => do_not_optimize(decide(moved(), aBrain, inForce)));
  bench('decide, diff, commands, review', () => {
    const decision = decide(moved(), aBrain, inForce);
    const change = diffOrders(decision.quotes, working, decision.tolerance, START);
    const { commands } = orderCommands(change, working, { market: 'BTC-PERP', fence: 1, nextCounter: 0 });
    do_not_optimize(reviewCommands(commands, { maxInventoryUsd: 1000, mid, positions: [0.003], working }));
  });
  const { benchmarks } = await run({ format: 'quiet' });
  const rows = benchmarks.flatMap(({ runs }) =>
    runs.flatMap(({ name, stats }) => (stats === undefined ? [] : [{ name, medianUs: stats.p50 / 1000, p99Us: stats.p99 / 1000 }])),
  );
  const copyUs = rows[0]?.medianUs ?? Number.NaN;
  console.log('decisions                             median us   p99 us   x JSON copy');
  for (const { name, medianUs, p99Us } of rows)
    console.log(
      `${name.padEnd(36)} ${medianUs.toFixed(2).padStart(10)} ${p99Us.toFixed(2).padStart(8)} ${(medianUs / copyUs).toFixed(2).padStart(12)}`,
    );
  const [, decision] = rows;
  const within = decision !== undefined && decision.medianUs <= BUDGET_US.median && decision.p99Us <= BUDGET_US.p99;
  console.log(`budget of a decision: median ${BUDGET_US.median} us, p99 ${BUDGET_US.p99} us: ${within ? 'held' : 'NOT HELD'}\n`);
}

/** Market events per second after loading: the feed alone, through an empty exchange, and with quotes of ours moving every 3 s. */
function benchExchange(): void {
  const source = syntheticFeed({ coin: 'BTC', seed: 1, startsAt: START, fees: FEES, fundingIntervalHours: 8 });
  const events = take(source, 6 * 3600);
  const until = epochMs(START + 6 * 3_600_000);
  const feed = (): MarketFeed => ({ ...source, events: events[Symbol.iterator]() });
  const play = (quoting: boolean): number => {
    const exchange = createExchange({ feeds: [feed()], fillModel: 'queue', startsAt: START, depositUsd: 100_000, maxLeverage: 10 });
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
    do_not_optimize(sum);
    return events.length / ((performance.now() - begin) / 1000);
  };
  const rows = [
    ['feed alone', medianOf(loop)],
    ['exchange, no orders', medianOf(() => play(false))],
    ['exchange, two quotes every 3 s', medianOf(() => play(true))],
  ] as const;
  console.log(`market events (${events.length} of BTC)              events/s`);
  for (const [name, rate] of rows) console.log(`${name.padEnd(36)} ${Math.round(rate).toLocaleString('en-US').padStart(14)}`);
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
  for (let step = feed.events.next(); step.done !== true && step.value.at <= START + seconds * 1000; step = feed.events.next())
    events.push(step.value);
  return events;
}

function medianOf(measure: () => number, runs = 5): number {
  const rates = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  return rates[Math.floor(runs / 2)] ?? Number.NaN;
}
