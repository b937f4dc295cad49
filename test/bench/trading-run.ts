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

/** The first warms the compiler up. */
const ROUNDS = 2;

const [checkout, tape] = process.argv.slice(2);
if (checkout === undefined || tape === undefined)
  throw new Error('usage: trading-run.ts CHECKOUT TAPE');
const market = recordedMarket(await exchangeModulesOf(resolve(checkout)), tape);
const trade = await tradeOf(resolve(checkout));
let [best, fills] = [Number.POSITIVE_INFINITY, 0];
for (let round = 0; round < ROUNDS; round += 1) {
  const feed = { ...market.feed, events: market.events[Symbol.iterator]() };
  const before = process.cpuUsage();
  ({ fills } = await trade(feed, market.endsAt));
  const { user, system } = process.cpuUsage(before);
  best = Math.min(best, (user + system) / 1e6);
}
const run: TradingRun = {
  events: market.events.length,
  perCpuSecond: market.events.length / best,
  fills,
  peakRssMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(run));
