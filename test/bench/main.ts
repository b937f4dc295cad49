/**
 * What a decision takes, and how many market events the exchange plays per CPU-second, which other
 * work on the machine does not change: `npm run bench [-- --tape FILE]`. Tapes are also taken from
 * the folder QUOTEMILL_TAPES.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDecisions } from './decisions.ts';
import { measureExchange, measureMemory, measureTrading } from './measure-exchange.ts';

const here = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { tape: { type: 'string', multiple: true } } });

benchDecisions();
const recorded = values.tape ?? tapesIn(process.env['QUOTEMILL_TAPES']);
await benchExchange(recorded);
await benchTrading(recorded);

/** Through an exchange without orders, and with two quotes of ours moved every 3 s. */
async function benchExchange(tapes: readonly string[]): Promise<void> {
  console.log(
    `\n${'market events per CPU-second'.padEnd(40)}${['events', 'loading', 'no orders', 'quoting', 'peak MB'].map((head) => head.padStart(12)).join('')}`,
  );
  for (const tape of [undefined, ...tapes]) {
    const { events, loadedPerCpuSecond, idle, quoting } = await measureExchange(here, tape);
    const megabytes =
      tape === undefined ? '' : count((await measureMemory(here, tape)).peakRssMegabytes);
    const figures = [events, loadedPerCpuSecond, idle.perCpuSecond, quoting.perCpuSecond];
    console.log(
      `${(tape === undefined ? 'BTC, made up' : basename(tape)).padEnd(40)}${[...figures.map(count), megabytes].map((text) => text.padStart(12)).join('')}`,
    );
  }
}

/** The whole product on the direct host, with the built-in defaults, its events in memory. */
async function benchTrading(tapes: readonly string[]): Promise<void> {
  if (tapes.length === 0) return;
  console.log(
    `\n${'direct host, events per CPU-second'.padEnd(40)}${['events', 'trading', 'fills', 'peak MB'].map((head) => head.padStart(12)).join('')}`,
  );
  for (const tape of tapes) {
    const { events, perCpuSecond, fills, peakRssMegabytes } = await measureTrading(here, tape);
    const figures = [events, perCpuSecond, fills, peakRssMegabytes].map(count);
    console.log(`${basename(tape).padEnd(40)}${figures.map((text) => text.padStart(12)).join('')}`);
  }
}

function tapesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.includes('.tape.jsonl'))
    .map((name) => join(folder, name));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
