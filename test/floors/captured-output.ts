import { vi } from 'vitest';

/** The lines written to stdout and stderr while `write` runs. */
export function linesOnStdio(write: () => void): readonly string[] {
  const chunks: string[] = [];
  const keep = (chunk: string | Uint8Array): boolean => {
    chunks.push(String(chunk));
    return true;
  };
  const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const stream of streams) stream.mockImplementation(keep);
  try {
    write();
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return chunks.join('').split('\n').slice(0, -1);
}

/**
 * What was handed to the global console while `write` runs, one string per call; the console is
 * replaced only then.
 */
export function callsOfGlobalConsole(write: () => void): readonly string[] {
  const calls: string[] = [];
  const before = globalThis.console;
  const keep = (...said: readonly unknown[]): void => void calls.push(said.join(' '));
  globalThis.console = { ...before, log: keep, info: keep, warn: keep, error: keep, debug: keep };
  try {
    write();
  } finally {
    globalThis.console = before;
  }
  return calls;
}
