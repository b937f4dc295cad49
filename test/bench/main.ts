/**
 * What a decision takes, and how many market events the exchange plays per CPU-second, which other
 * work on the machine does not change: `npm run bench [-- --tape FILE]`. Tapes are also taken from
 * the folder QUOTEMILL_TAPES.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDecisions } from './decisions.ts';
import { measureExchange, measureMemory } from './measure-exchange.ts';

const here = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { tape: { type: 'string', multiple: true } } });

benchDecisions();
await benchExchange(values.tape ?? tapesIn(process.env['QUOTEMILL_TAPES']));

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

function tapesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.includes('.tape.jsonl'))
    .map((name) => join(folder, name));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
