import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { bundleHandler } from '#infra/bundle/bundle-handler.ts';
import { handlerCode, RUNTIME } from '#infra/bundle/handler-code.ts';
import { handlers } from '#infra/bundle/handlers.ts';
import { measure, problemsWith } from '../../bench/bundle-budget.ts';

const folder = mkdtempSync(join(tmpdir(), 'quotemill-bundle-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file to bundle, named as handlers are: relative to the root of the project. */
function entryWith(name: string, text: string): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, text);
  return relative(process.cwd(), file);
}

describe('the code of a handler', () => {
  it('becomes one ES module per handler, shared by all functions that run it, CommonJS parts and all', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const app = new App({ outdir: join(folder, 'out') });
    const stack = new Stack(app, 'Stack');
    writeFileSync(
      join(folder, 'old.cjs'),
      "module.exports = () => require('node:path').basename('/a/common-js-part');",
    );
    const one = handlerCode(entryWith('one', "export const handler = () => 'one';"));
    const two = handlerCode(
      entryWith('two', "import old from './old.cjs'; export const handler = () => old();"),
    );
    for (const [id, code] of [
      ['A', one],
      ['B', one],
      ['C', two],
    ] as const)
      expect(
        new LambdaFunction(stack, id, { runtime: RUNTIME, handler: 'index.handler', code }).runtime
          .name,
      ).toBe('nodejs24.x');
    app.synth();
    vi.restoreAllMocks();
    const bundles = readdirSync(join(folder, 'out')).filter((name) => name.startsWith('asset.'));
    expect(
      bundles.map((bundle) => answerOf(join(folder, 'out', bundle, 'index.mjs'))).sort(),
    ).toEqual(['common-js-part', 'one']);
  });

  it('is refused with what esbuild says of it', () => {
    const outfile = join(folder, 'wrong.mjs');
    expect(() => bundleHandler(entryWith('wrong', "import './nowhere.ts';"), outfile)).toThrow(
      'Could not resolve "./nowhere.ts"',
    );
    expect(existsSync(outfile)).toBe(false);
  });
});

/** What the handler of a bundle says in a Node of its own, which knows nothing of this project. */
const answerOf = (file: string): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `console.log((await import(${JSON.stringify(file)})).handler())`,
    ],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  ).trim();

describe('the bundle budget', () => {
  it('weighs a bundle and names what is heaviest', async () => {
    const entry = entryWith(
      'heavy',
      `export const handler = () => ${JSON.stringify('x'.repeat(5000))};`,
    );
    const bundle = await measure('heavy', entry);
    expect(bundle?.bytes).toBeGreaterThan(5000);
    expect(bundle === undefined ? [] : problemsWith(bundle, 10_000)).toEqual([]);
    expect(bundle === undefined ? [] : problemsWith(bundle, 1000)).toEqual([
      expect.stringMatching(
        /^heavy: 5,\d{3} bytes, 4,\d{3} over the budget of 1,000; heaviest: .*heavy\.ts 5,\d{3}$/,
      ),
    ]);
  });

  it('finds the simulator however deep it is imported', async () => {
    const simulator = join(process.cwd(), 'shared/simulator/exchange/mid-history.ts');
    const middle = join(folder, 'middle.ts');
    writeFileSync(middle, `export * from ${JSON.stringify(simulator)};`);
    const bundle = await measure(
      'paper',
      entryWith('outer', `export * from ${JSON.stringify(middle)};`),
    );
    expect(bundle === undefined ? [] : problemsWith(bundle, 400_000)).toEqual([
      'paper: contains shared/simulator/exchange/mid-history.ts, which is no code for a function that trades',
    ]);
  });

  it('finds a package that is imported at load and left out of the bundle', async () => {
    const bundle = await measure(
      'lost',
      entryWith(
        'lost',
        "import { EventStreamSerde } from '@smithy/core/event-streams'; export const handler = EventStreamSerde;",
      ),
    );
    expect(bundle === undefined ? [] : problemsWith(bundle, 400_000)).toEqual([
      'lost: imports @smithy/core/event-streams when it loads, which the bundle leaves out',
    ]);
  });

  it('says nothing of a handler that does not exist', async () => {
    expect(await measure('gone', 'functions/gone/handler.ts')).toBeUndefined();
  });

  it('finds no problem with what a function is made of', async () => {
    const bundle = await measure('funding-check', handlers['funding-check']);
    const heavy = bundle?.parts.filter(({ bytes }) => bytes > 1000).map(({ name }) => name) ?? [];
    expect(heavy).toEqual(
      expect.arrayContaining([
        '@aws-sdk/client-dynamodb',
        '@aws-sdk/client-eventbridge',
        'axios',
        'zod',
      ]),
    );
    expect(heavy).not.toContain('@aws-sdk/nested-clients');
    expect(bundle === undefined ? ['nothing'] : problemsWith(bundle, 465_000)).toEqual([]);
  });
});
