/**
 * Two checkouts against each other, their exchanges and how they trade in process: `npm run
 * bench:compare -- DIR_A DIR_B [--tape FILE]`. They are measured in turn, five times each, so that
 * whatever else the machine does falls on both; either may be older than this script.
 */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExchangeRun } from './exchange-run.ts';
import { measureExchange, measureMemory, measureTrading } from './measure-exchange.ts';
import type { TradingRun } from './trading-run.ts';

const ROUNDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tape: { type: 'string', multiple: true } },
});
const [a, b] = positionals;
if (a === undefined || b === undefined)
  throw new Error('usage: npm run bench:compare -- DIR_A DIR_B [--tape FILE]');

console.log(
  `A ${resolve(a)}\nB ${resolve(b)}\nevents per CPU-second, B against A, ${ROUNDS} times`,
);
for (const tape of [undefined, ...(values.tape ?? [])]) {
  console.log(`\n${tape === undefined ? 'BTC, made up' : basename(tape)}`);
  const [ofA, ofB] = await measuredInTurn(resolve(a), resolve(b), tape);
  report('loading', ofA, ofB, (run) => run.loadedPerCpuSecond);
  report('no orders', ofA, ofB, (run) => run.idle.perCpuSecond);
  report('quotes every 3 s', ofA, ofB, (run) => run.quoting.perCpuSecond);
  console.log(`  fills             ${fillsOf(ofA)} A, ${fillsOf(ofB)} B`);
  if (tape === undefined) continue;
  const [memoryA, memoryB] = [await measureMemory(a, tape), await measureMemory(b, tape)];
  console.log(
    `  peak memory       ${count(memoryA.peakRssMegabytes)} MB A, ${count(memoryB.peakRssMegabytes)} MB B`,
  );
  await compareTrading(resolve(a), resolve(b), tape);
}

async function compareTrading(first: string, second: string, tape: string): Promise<void> {
  const [ofA, ofB]: [TradingRun[], TradingRun[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofA.push(await measureTrading(first, tape));
    ofB.push(await measureTrading(second, tape));
  }
  report('trading', ofA, ofB, (run) => run.perCpuSecond);
  const rest = (runs: readonly TradingRun[]): string =>
    `${Math.max(...runs.map(({ fills }) => fills))} fills, ${count(Math.max(...runs.map((run) => run.peakRssMegabytes)))} MB peak`;
  console.log(`  trading           ${rest(ofA)} A, ${rest(ofB)} B`);
}

async function measuredInTurn(
  first: string,
  second: string,
  tape: string | undefined,
): Promise<readonly [readonly ExchangeRun[], readonly ExchangeRun[]]> {
  const [ofA, ofB]: [ExchangeRun[], ExchangeRun[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofA.push(await measureExchange(first, tape));
    ofB.push(await measureExchange(second, tape));
  }
  return [ofA, ofB];
}

function report<Run>(
  name: string,
  ofA: readonly Run[],
  ofB: readonly Run[],
  rateOf: (run: Run) => number,
): void {
  const [ratesA, ratesB] = [ofA.map(rateOf), ofB.map(rateOf)];
  const ratios = ratesB.map((rate, round) => rate / (ratesA[round] ?? Number.NaN));
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `  ${name.padEnd(18)}${count(median(ratesA)).padStart(11)} A ${count(median(ratesB)).padStart(11)} B   ${median(ratios).toFixed(2)} x (${range})`,
  );
}

/** Their number, and a digest by which equal lists are known. */
function fillsOf(runs: readonly ExchangeRun[]): string {
  return [...new Set(runs.map(({ quoting }) => `${quoting.fills} (${quoting.fillsDigest})`))].join(
    ' or ',
  );
}

function median(figures: readonly number[]): number {
  return [...figures].sort((x, y) => x - y)[figures.length >> 1] ?? Number.NaN;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
