import { expect } from 'vitest';
import { InputError } from '#shared/domain/failure.ts';
import { bboOf, metaOf, readAll, type Row } from '#test/builders/tape-rows.ts';

export type Rows = readonly (Row | string)[];

export const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Rows from the third on of a tape that is whole without them. */
export const with3rd = (...rows: Rows): Rows => [metaOf(), bboOf(10_000), ...rows, bboOf(20_000)];

/** The lines in which a tape is refused as what somebody put in. */
export function refusalOf(rows: Rows): readonly string[] {
  try {
    readAll(rows);
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  throw new Error('nothing was refused');
}

/** One line that names the file, then says this. */
export const inOneLine = (message: string): readonly unknown[] => [
  expect.stringContaining(`tape btc.jsonl.gz, ${message}`),
];
