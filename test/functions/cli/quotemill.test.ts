import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as z from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };

const fileIn = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const COMMAND = fileIn(packageJson.bin.quotemill);

/** In another folder, as somebody who has the project elsewhere. */
const node = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: tmpdir(), encoding: 'utf8' });

it.each([
  ['a Node that runs TypeScript', []],
  ['one that does not, by the one the project is locked to', ['--no-experimental-strip-types']],
])('the linked command is run from any folder by %s', (_, flags) => {
  expect(node(...flags, COMMAND, '--version')).toMatchObject({
    status: 0,
    stdout: `${packageJson.version}\n`,
  });
  const refused = node(...flags, COMMAND, 'exchange', '--port', 'many');
  expect([refused.status, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain("argument 'many' is invalid");
});

it('a run whose tape ends early says so in one line, whatever its functions write after', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quotemill-'));
  const tape = join(folder, 'short.tape.jsonl.gz');
  writeFileSync(tape, readFileSync(fileIn('examples/btc.tape.jsonl.gz')).subarray(0, 100_000));
  const runs = [['start'], ['explain', '--at', '08:00:00']].map((command) =>
    node(COMMAND, ...command, '--tape', tape),
  );
  rmSync(folder, { recursive: true });
  const why = `quotemill: tape file ${tape} cannot be unpacked: it is cut short or damaged; fetch or record it again`;
  for (const { status, stderr } of runs)
    expect([status, stderr.split('\n').slice(-2)]).toEqual([2, [why, '']]);
  expect(runs.at(-1)?.stdout).toBe('');
});

it('--version loads no subcommand: it takes well under half a second of CPU', () => {
  const script = [
    `process.argv = ['node', 'quotemill', '--version'];`,
    `await import(${JSON.stringify(fileIn('functions/cli/main.ts'))});`,
    `console.log(JSON.stringify(process.cpuUsage()));`,
  ].join('\n');
  const { stdout } = node('--input-type=module', '--eval', script);
  const [version, usage] = stdout.trim().split('\n');
  expect(version).toBe(packageJson.version);
  const { user, system } = z
    .object({ user: z.number(), system: z.number() })
    .parse(JSON.parse(usage ?? ''));
  expect((user + system) / 1e6).toBeLessThan(0.4);
});
