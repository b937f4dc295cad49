import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { InputError } from '#shared/domain/failure.ts';

/** Where a result for programs goes. */
export interface JsonOutput {
  /** People read something else on standard output, or nothing. */
  readonly isStandardOutput: boolean;
  /** @throws Error in one line when what could be written before cannot be any more. */
  write(result: unknown): void;
}

/** `-`: standard output. @throws InputError before anything runs when it cannot be written. */
export function jsonOutput(path: string, print: (text: string) => void): JsonOutput {
  if (path === '-') return { isStandardOutput: true, write: (result) => print(textOf(result)) };
  requireWritable(path);
  return {
    isStandardOutput: false,
    write(result) {
      try {
        writeFileSync(path, `${textOf(result)}\n`);
      } catch (error) {
        throw new Error(`--json ${path}: could not be written (${codeOf(error)})`, {
          cause: error,
        });
      }
    },
  };
}

const textOf = (result: unknown): string => JSON.stringify(result, null, 2);

/**
 * A file that is not there yet is made and taken away again: nothing else proves that it can be.
 */
function requireWritable(path: string): void {
  if (path === '')
    throw new InputError('--json needs a file; allowed: a path, or - for standard output');
  try {
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) throw new InputError(unwritable(path, 'it is a folder'));
      accessSync(path, constants.W_OK);
      return;
    }
    closeSync(openSync(path, 'wx'));
    unlinkSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(unwritable(path, codeOf(error)));
  }
}

const unwritable = (path: string, why: string): string =>
  `--json ${path}: cannot be written (${why}); allowed: a path, or - for standard output`;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
