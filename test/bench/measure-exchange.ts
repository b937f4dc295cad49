import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExchangeRun, StreamRun } from './exchange-run.ts';

/** The exchange of a checkout on a recorded market, or on the made-up one. */
export const measureExchange = async (checkout: string, tape?: string): Promise<ExchangeRun> =>
  (await measured(checkout, tape)) as ExchangeRun;

/** What memory a checkout needs to play a tape as it reads it, quoting. */
export const measureMemory = async (checkout: string, tape: string): Promise<StreamRun> =>
  (await measured(checkout, tape, 'stream')) as StreamRun;

/** In a process of its own: no measurement meets another's compiled code or garbage. */
async function measured(checkout: string, tape?: string, mode?: string): Promise<unknown> {
  const script = join(import.meta.dirname, 'exchange-run.ts');
  const words = [script, checkout, tape, mode].filter((word) => word !== undefined);
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}
