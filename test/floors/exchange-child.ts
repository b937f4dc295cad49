import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';

const MAIN = fileURLToPath(new URL('../../functions/cli/main.ts', import.meta.url));

export interface CommandLine {
  /**
   * Resolves with the whole of stdout so far when it matches; rejects when the process ends before.
   */
  printed(pattern: RegExp): Promise<string>;
  /** The same of stderr, where progress is. */
  told(pattern: RegExp): Promise<string>;
  /** Exit code and everything that was written. */
  ended(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
}

const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

/** For `afterEach`. */
export function endCommandLines(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}

/** `quotemill` as a person starts it, in a process of its own. */
export function commandLine(...args: readonly string[]): CommandLine {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const closed = once(child, 'close').then(() => running.delete(child));
  async function matched(stream: Readable, text: () => string, pattern: RegExp): Promise<string> {
    while (!pattern.test(text())) {
      const more = await Promise.race([
        once(stream, 'data').then(() => true),
        closed.then(() => false),
      ]);
      if (!more && !pattern.test(text()))
        throw new Error(`ended without writing ${String(pattern)}: ${out}${err}`);
    }
    return text();
  }
  return {
    printed: (pattern) => matched(child.stdout, () => out, pattern),
    told: (pattern) => matched(child.stderr, () => err, pattern),
    async ended() {
      await closed;
      return { code: child.exitCode, out, err };
    },
    signal: (name) => void child.kill(name),
  };
}
