import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { epochMs } from '#shared/domain/units.ts';
import { syntheticTape } from './synthetic-tape.ts';

export const EXAMPLE_TAPE_PATH = fileURLToPath(
  new URL('../../../examples/btc.tape.jsonl.gz', import.meta.url),
);

/** Across a funding settlement, so that the check before it and the payment are in it. */
export const exampleTape = (): string =>
  syntheticTape({
    like: 'BTC',
    coin: 'BTC',
    seed: 1,
    startsAt: epochMs(Date.UTC(2026, 0, 5, 7, 50)),
    minutes: 12,
  });

// Makes it again: node test/functions/cli/example-tape.ts
if (import.meta.main) writeFileSync(EXAMPLE_TAPE_PATH, gzipSync(exampleTape(), { level: 9 }));
