/**
 * How fast a checkout trades a recorded market in process, as JSON on standard output: `node
 * test/bench/trading-run.ts CHECKOUT TAPE`. The events are read into memory first.
 */
import { resolve } from 'node:path';
import { exchangeModulesOf } from './exchange-modules.ts';
import { recordedMarket } from './exchange-work.ts';
import { tradeOf } from './trading-modules.ts';

/** What a run prints. */
export interface TradingRun {
  readonly events: number;
  readonly perCpuSecond: number;
  readonly fills: number;
  /** The events themselves are in it. */
  readonly peakRssMegabytes: number;
}

/** The first rounds warm the compiler up; what disturbs a round only ever makes it slower. */
const LEAST_ROUNDS = 3;
const LEAST_CPU_SECONDS = 4;

const [checkout, tape] = process.argv.slice(2);
if (checkout === undefined || tape === undefined)
  throw new Error('usage: trading-run.ts CHECKOUT TAPE');
const market = recordedMarket(await exchangeModulesOf(resolve(checkout)), tape);
const trade = await tradeOf(resolve(checkout));
let [best, spent, fills] = [Number.POSITIVE_INFINITY, 0, 0];
for (let round = 0; round < LEAST_ROUNDS || spent < LEAST_CPU_SECONDS; round += 1) {
  const feed = { ...market.feed, events: market.events[Symbol.iterator]() };
  const before = process.cpuUsage();
  ({ fills } = await trade(feed, market.endsAt));
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  best = Math.min(best, seconds);
  spent += seconds;
}
const run: TradingRun = {
  events: market.events.length,
  perCpuSecond: market.events.length / best,
  fills,
  peakRssMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(run));
