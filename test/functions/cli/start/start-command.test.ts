import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { InputError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { commandLine, endCommandLines } from '#test/floors/exchange-child.ts';
import { EXAMPLE_TAPE_PATH } from '../example-tape.ts';
import { syntheticTape } from '../synthetic-tape.ts';
import { jsonOutput } from '../../../../functions/cli/json-output.ts';
import {
  parameterNotes,
  readParametersFile,
} from '../../../../functions/cli/local-cloud/parameters-file.ts';
import { createRunProgress } from '../../../../functions/cli/start/run-progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'quotemill-start-'));

const { touch } = eventsFrom(START);

afterEach(endCommandLines);
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

describe('quotemill start', () => {
  it.each([
    ['a file in a folder that is not there', join(folder, 'nowhere', 'r.json'), 'ENOENT'],
    ['a folder', join(folder, 'results'), 'it is a folder'],
    ['a folder that is not there', `${join(folder, 'nowhere')}/`, 'EISDIR|ENOENT'],
    ['a file in a file', join(folder, 'file', 'r.json'), 'ENOTDIR'],
    ['a name too long', join(folder, 'r'.repeat(300)), 'ENAMETOOLONG'],
  ])('says at once, and not after the run, that --json names %s', (_, path, why) => {
    mkdirSync(join(folder, 'results'), { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    expect(() => jsonOutput(path, () => undefined)).toThrow(
      new RegExp(
        `^--json \\S+: cannot be written \\((${why})\\); allowed: a path, or - for standard output$`,
      ),
    );
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('says the same of an empty name, in a process of its own, with exit code 2', async () => {
    expect(await commandLine('start', '--json', '').ended()).toEqual({
      code: 2,
      out: '',
      err: 'quotemill: --json needs a file; allowed: a path, or - for standard output\n',
    });
  });

  it('leaves alone what is in the file until there is a result, and leaves none behind', () => {
    const [old, fresh] = [join(folder, 'old.json'), join(folder, 'fresh.json')];
    writeFileSync(old, 'of before');
    const output = jsonOutput(old, () => undefined);
    expect(readFileSync(old, 'utf8')).toBe('of before');
    output.write({ a: 1 });
    expect(JSON.parse(readFileSync(old, 'utf8'))).toEqual({ a: 1 });
    expect(jsonOutput(fresh, () => undefined).isStandardOutput).toBe(false);
    expect(existsSync(fresh)).toBe(false);
    expect(jsonOutput('/dev/null', () => undefined).isStandardOutput).toBe(false);
  });

  it('a full disk is one line', () => {
    expect(() => jsonOutput('/dev/full', () => undefined).write({})).toThrow(
      '--json /dev/full: could not be written (ENOSPC)',
    );
  });

  it('--json - prints nothing but JSON on standard output', async () => {
    const { code, out } = await commandLine('start', '--minutes', '1', '--json', '-').ended();
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      problems: [],
      halts: [],
      unquoted: [],
      notes: [],
      markets: { 'BTC-PERP': {}, 'ETH-PERP': {} },
    });
  }, 60_000);
});

describe('what a run says of itself', () => {
  const run = async (parameters: object) => {
    const path = join(folder, 'run.json');
    writeFileSync(path, JSON.stringify(parameters));
    const tape = ['--tape', EXAMPLE_TAPE_PATH, '--markets', 'purple-flea/BTC-PERP'];
    const command = commandLine(
      'start',
      ...tape,
      '--minutes',
      '4',
      '--params',
      path,
      '--json',
      '-',
    );
    const { code, out, err } = await command.ended();
    const said: unknown = JSON.parse(out);
    return { code, said, lastLine: err.trim().split('\n').at(-1) };
  };

  it('a halt is in the result, and its exit code is 1', async () => {
    const { code, said, lastLine } = await run({
      sessionStopLossUsd: 0.01,
      spreadModel: 'fixed',
      quoteSizeUsd: 300,
      hedgeThresholdUsd: 900,
      maxInventoryUsd: 1000,
    });
    expect(code).toBe(1);
    expect(said).toMatchObject({
      halts: [{ market: 'BTC-PERP', cause: 'session-stop-loss' }],
      notes: [
        'BTC-PERP: hedgeThresholdUsd, 900 USD, never acts: hedgeThresholdRatio, 800 USD, is lower',
      ],
      problems: [],
    });
    expect(lastLine).toMatch(/^quotemill: BTC-PERP was halted: the session lost /);
  }, 30_000);

  it('a run without a quote says why, and is no failure', async () => {
    const { code, said } = await run({ quietWindows: ['00:00-23:59'] });
    expect(code).toBe(0);
    expect(said).toHaveProperty('unquoted.0.market', 'BTC-PERP');
    expect(said).toHaveProperty('unquoted.0.reasons.0.code', 'quiet-window');
  }, 30_000);
});

describe('whatever goes wrong after the exchange listens', () => {
  const tape = (coin: string, startsAt: number): string => {
    const path = join(folder, 'odd.tape.jsonl');
    const events = [0, 60_000, 120_000].map((ms) => ({
      ...touch(0, 59_999.5, 60_000.5),
      at: epochMs(startsAt + ms),
    }));
    const meta = metaRow({
      venue: 'binance',
      coin,
      quote: 'USDT',
      contract: 'linear',
      tick: 0.1,
      lot: 0.001,
      gapMs: 1_000_000,
      recordedFrom: epochMs(startsAt),
      recordedTo: epochMs(startsAt + 120_000),
    });
    writeFileSync(path, [meta, ...events.map((event) => tapeRow(event))].join('\n'));
    return path;
  };

  it.each<[string, string, number, Readonly<Record<string, string>>, number, RegExp]>([
    ['a coin that cannot be traded', 'B C', START, {}, 2, /must look like BTC-PERP/],
    ['a tape of the year 12000', 'BTC', Date.UTC(12_000, 0, 1), {}, 1, /./],
    ['no room for temporary files', 'BTC', START, { TMPDIR: join(folder, 'nowhere') }, 1, /ENOENT/],
  ])(
    '%s: one line, and the process ends',
    async (_, coin, startsAt, environment, code, line) => {
      const path = tape(coin, startsAt);
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
      const command = commandLine('start', '--tape', path);
      vi.unstubAllEnvs();
      const ended = await command.ended();
      const { err } = ended;
      expect([ended.code, err]).toEqual([code, err]);
      expect(err).toMatch(line);
      expect(err.trim().split('\n').at(-1)).toMatch(/^quotemill: /);
    },
    20_000,
  );

  it('coins as their venues spell them are no such thing: they are quoted', async () => {
    const coins = ['kPEPE', '1000BONK', 'btc', '币安人生', 'xyz:TSLA', 'MON_2'];
    const paths = coins.map((coin, index) => {
      const path = join(folder, `coin-${index}.tape.jsonl`);
      writeFileSync(
        path,
        syntheticTape({ like: 'SOL', coin, seed: index, startsAt: START, minutes: 1.5 }),
      );
      return path;
    });
    const { code, out, err } = await commandLine(
      'start',
      '--tape',
      paths.join(','),
      '--markets',
      ['purple-flea/kPEPE-PERP', ...coins.slice(1)].join(','),
      '--json',
      '-',
    ).ended();
    expect([code, err.includes('quotemill: ')]).toEqual([0, false]);
    const result = z
      .object({ markets: z.record(z.string(), z.object({ quotesPlaced: z.number() })) })
      .parse(JSON.parse(out));
    expect(Object.keys(result.markets)).toEqual(coins.map((coin) => `${coin}-PERP`));
    for (const { quotesPlaced } of Object.values(result.markets))
      expect(quotesPlaced).toBeGreaterThan(0);
  }, 60_000);

  it('an interruption ends it at once, in words and with the code of the signal', async () => {
    const command = commandLine('start', '--minutes', '100', '--speed', '1');
    await command.told(/parameters/);
    command.signal('SIGINT');
    const { code, err } = await command.ended();
    expect(code).toBe(130);
    expect(err).toMatch(/quotemill: interrupted \(SIGINT\)\n$/);
  }, 20_000);
});

describe('a parameter file', () => {
  const read = (content: unknown): string => {
    const path = join(folder, 'params.json');
    writeFileSync(path, JSON.stringify(content));
    try {
      return Object.keys(readParametersFile(path, ['BTC-PERP', 'ETH-PERP'])).join(', ');
    } catch (error) {
      return String(error).replaceAll(path, 'params.json');
    }
  };

  it.each([
    [{}, 'DEFAULT'],
    [{ quoteSizeUsd: 50 }, 'DEFAULT'],
    [{ DEFAULT: { quoteSizeUsd: 50 }, 'ETH-PERP': {} }, 'DEFAULT, ETH-PERP'],
    [{ ETH: {}, 'purple-flea/BTC-PERP': {} }, 'ETH-PERP, BTC-PERP'],
  ])('%j is read', (content, items) => {
    expect(read(content)).toBe(items);
  });

  it.each([
    [
      { DEFUALT: { quoteSizeUsd: 50 } },
      'item DEFUALT is read by no market (did you mean "DEFAULT"?); allowed: DEFAULT, BTC-PERP, ETH-PERP',
    ],
    [
      { DOGE: { quoteSizeUsd: 50 } },
      'item DOGE is read by no market; allowed: DEFAULT, BTC-PERP, ETH-PERP',
    ],
    [
      { 'hyperliquid/BTC-PERP': {} },
      'item hyperliquid/BTC-PERP is read by no market; allowed: DEFAULT, BTC-PERP, ETH-PERP',
    ],
    [
      { BTC: { mode: 'off' }, DEFAULT: {}, 'purple-flea/BTC-PERP': { mode: 'live' } },
      'names BTC-PERP as BTC and as purple-flea/BTC-PERP; allowed: once',
    ],
    [
      { DEFAULT: {}, quoteSizeUsd: 100 },
      'quoteSizeUsd stands beside items; allowed: all attributes in items, or none',
    ],
    [{ quoteSizeUds: 100 }, 'quoteSizeUds is not a parameter (did you mean "quoteSizeUsd"?)'],
  ])('%j is refused in one line that says what was meant', (content, line) => {
    expect(read(content)).toContain(`--params params.json: ${line}`);
  });
});

describe('a parameter file that is no such thing', () => {
  it.each<[string, string, string]>([
    [
      'a market twice',
      '{"BTC-PERP":{"mode":"off"},"BTC-PERP":{}}',
      'names "BTC-PERP" twice; allowed: once',
    ],
    [
      'an attribute twice',
      '{"DEFAULT":{"levels":1,"levels":2}}',
      'names "levels" twice in "DEFAULT"; allowed: once',
    ],
    [
      '100,000 levels',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'is nested too deeply; allowed: at most 16 levels',
    ],
    ['no JSON', '{"levels":1', 'is not JSON: '],
    ['a list', '[]', 'must hold an object of parameters'],
    [
      'two megabytes',
      `{"levels":1${' '.repeat(2_000_000)}}`,
      'is too large; allowed: up to 1048576 bytes',
    ],
    [
      '40,000 unknown attributes',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`levelz${i}`, 1])),
      ),
      'levelz0 is not a parameter',
    ],
  ])('%s', (_, text, line) => {
    const path = join(folder, 'params.json');
    writeFileSync(path, text);
    let said = '';
    try {
      readParametersFile(path, ['BTC-PERP']);
    } catch (error) {
      said = error instanceof InputError ? error.message : 'not ours';
    }
    expect(said).toContain(`--params ${path}: ${line}`);
    expect(said.length).toBeLessThan(2000);
  });

  it.each([
    ['/dev/zero', 'is too large'],
    ['/dev/null', 'is not JSON'],
    [folder, 'cannot be read (EISDIR)'],
    [join(folder, 'nowhere.json'), 'cannot be read (ENOENT)'],
  ])('%s', (path, line) => {
    expect(() => readParametersFile(path, ['BTC-PERP'])).toThrow(`--params ${path}: ${line}`);
  });

  it('is read with a byte order mark', () => {
    const path = join(folder, 'bom.json');
    writeFileSync(path, '\uFEFF{"levels":2}');
    expect(readParametersFile(path, ['BTC-PERP'])).toEqual({ DEFAULT: { levels: 2 } });
  });

  it('says what can never act, once for all markets of which it is so', () => {
    const items = { DEFAULT: { hedgeThresholdUsd: 900 }, 'ETH-PERP': { maxInventoryUsd: 5000 } };
    expect(parameterNotes(items, ['BTC-PERP', 'ETH-PERP', 'SOL-PERP'])).toEqual([
      'BTC-PERP, SOL-PERP: hedgeThresholdUsd, 900 USD, never acts: hedgeThresholdRatio, 800 USD, is lower',
    ]);
  });
});

describe('the progress of a run', () => {
  it.each([20, 40, 80, 200])(
    'is a bar on a terminal of %i columns, which is left as it was however it ends',
    (columns) => {
      const written: string[] = [];
      const stream = new PassThrough({ encoding: 'utf8' }).on('data', (text) =>
        written.push(String(text)),
      );
      const listening = process.listenerCount('exit');
      const progress = createRunProgress(
        START,
        epochMs(START + 130 * 60_000),
        Object.assign(stream, { isTTY: true, columns }),
      );
      progress.say('a line');
      progress.at(epochMs(START + 65 * 60_000));
      const onExit: (code: number) => void = process.listeners('exit').at(-1)!;
      // As an interruption does, and the run's own end after it.
      onExit(130);
      progress.stop();
      const all = written.join('');
      for (const setting of ['?25', '?7'])
        expect(all.lastIndexOf(`\u001B[${setting}h`)).toBeGreaterThan(
          Math.max(0, all.lastIndexOf(`\u001B[${setting}l`)),
        );
      expect(all.endsWith('\u001B[2K') || all.endsWith('\u001B[0K')).toBe(true);
      const shown = written.filter((text) => text.includes(' min '));
      expect(shown.length).toBeGreaterThan(1);
      for (const bar of shown) expect(bar.length).toBeLessThanOrEqual(Math.max(columns, 40));
      expect(process.listenerCount('exit')).toBe(listening);
    },
  );

  it('is told in tenths, also of one of a few seconds', () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const progress = createRunProgress(START, epochMs(START + 20_000));
    for (let at = 0; at <= 25_000; at += 500) progress.at(epochMs(START + at));
    progress.stop();
    const nothing = createRunProgress(START, START);
    nothing.at(START);
    nothing.stop();
    expect(written.map((line) => line.split(' ')[0])).toEqual([
      '10',
      '20',
      '30',
      '40',
      '50',
      '60',
      '70',
      '80',
      '90',
      '100',
    ]);
  });
});
