/**
 * One measurement of one checkout's exchange, as JSON on standard output, in a process of its own:
 * `node test/bench/exchange-run.ts CHECKOUT [TAPE] [stream]`. With `stream` the tape is played as
 * it is read, and only the memory it took is told.
 */
import { exchangeModulesOf } from './exchange-modules.ts';
import {
  madeMarket,
  type Played,
  played,
  playThrough,
  recordedMarket,
  tapeOf,
} from './exchange-work.ts';

/** What a run prints. */
export interface ExchangeRun {
  readonly events: number;
  readonly loadedPerCpuSecond: number;
  readonly idle: Played;
  readonly quoting: Played;
}

export interface StreamRun {
  readonly peakRssMegabytes: number;
}

const LEAST_ROUNDS = 3;
const LEAST_CPU_SECONDS = 1;

const [checkout, tape, mode] = process.argv.slice(2);
if (checkout === undefined) throw new Error('usage: exchange-run.ts CHECKOUT [TAPE] [stream]');
const modules = await exchangeModulesOf(checkout);

if (mode === 'stream' && tape !== undefined) {
  const feed = tapeOf(modules, tape);
  playThrough(modules, feed, feed.endsAt ?? feed.startsAt, true);
  print({ peakRssMegabytes: process.resourceUsage().maxRSS / 1024 });
} else {
  const market = tape === undefined ? madeMarket(modules) : recordedMarket(modules, tape);
  print({
    events: market.events.length,
    loadedPerCpuSecond: market.loadedPerCpuSecond,
    idle: bestOf(() => played(modules, market, false)),
    quoting: bestOf(() => played(modules, market, true)),
  });
}

function print(run: ExchangeRun | StreamRun): void {
  process.stdout.write(JSON.stringify(run));
}

/** The first rounds warm the compiler up; what disturbs a round only ever makes it slower. */
function bestOf(measure: () => Played): Played {
  const runs = [measure()];
  const begin = process.cpuUsage();
  const spent = (): number => process.cpuUsage(begin).user / 1e6;
  while (runs.length < LEAST_ROUNDS || spent() < LEAST_CPU_SECONDS) runs.push(measure());
  return runs.reduce((best, run) => (run.perCpuSecond > best.perCpuSecond ? run : best));
}
