import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExchangeRun, StreamRun } from './exchange-run.ts';
import type { TradingRun } from './trading-run.ts';

/** The exchange of a checkout on a recorded market, or on the made-up one. */
export const measureExchange = async (checkout: string, tape?: string): Promise<ExchangeRun> =>
  (await measured('exchange-run.ts', checkout, tape)) as ExchangeRun;

/** What memory a checkout needs to play a tape as it reads it, quoting. */
export const measureMemory = async (checkout: string, tape: string): Promise<StreamRun> =>
  (await measured('exchange-run.ts', checkout, tape, 'stream')) as StreamRun;

/** A checkout that trades a recorded market in process, with everything of its own. */
export const measureTrading = async (checkout: string, tape: string): Promise<TradingRun> =>
  (await measured('trading-run.ts', checkout, tape)) as TradingRun;

/** In a process of its own: no measurement meets another's compiled code or garbage. */
async function measured(
  script: string,
  checkout: string,
  tape?: string,
  mode?: string,
): Promise<unknown> {
  const words = [join(import.meta.dirname, script), checkout, tape, mode].filter(
    (word) => word !== undefined,
  );
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}
