import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleOptions } from '#infra/bundle/bundle-options.ts';

export interface BundledFunction {
  /**
   * Loads the bundle in a Node of its own, with nothing but this environment, and calls its
   * handler.
   */
  run(event: unknown, environment?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): void;
}

interface Ran {
  readonly answer?: unknown;
  /** `InputError: ...` when it threw. */
  readonly error?: string;
  /** What it wrote to stdout, by line. */
  readonly log: readonly string[];
  readonly stderr: string;
}

const PROGRAM = `
  const [file, event] = process.argv.slice(1);
  const { handler } = await import(file);
  const ran = await handler(JSON.parse(event)).then((answer) => ({ answer }), ({ name, message }) => ({ error: name + ': ' + message }));
  console.log(JSON.stringify(ran));
`;

/** A file bundled as handlers are. `entry` is relative to the root of the project. */
export async function bundled(entry: string): Promise<BundledFunction> {
  const folder = mkdtempSync(join(tmpdir(), 'quotemill-bundled-'));
  const outfile = join(folder, 'index.mjs');
  await build({ ...bundleOptions(entry), outfile });
  return {
    async run(event, environment = {}) {
      const args = ['--input-type=module', '--eval', PROGRAM, outfile, JSON.stringify(event)];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
        cwd: folder,
        env: { HOME: folder, ...environment },
      });
      const lines = stdout.trimEnd().split('\n');
      return {
        ...(JSON.parse(lines.pop() ?? '') as Pick<Ran, 'answer' | 'error'>),
        log: lines,
        stderr,
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
