import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { START } from '#test/builders/market.ts';
import { commandLine, endCommandLines } from '#test/floors/exchange-child.ts';
import { readParametersFile } from '../../../functions/cli/local-cloud/parameters-file.ts';
import { createRunProgress } from '../../../functions/cli/run-progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'quotemill-start-'));

afterEach(endCommandLines);
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

describe('quotemill start', () => {
  it.each([
    ['a folder that is not there', join(folder, 'nowhere', 'r.json')],
    ['a folder', join(folder, 'results')],
  ])('says at once, and not after the run, that --json names %s', async (_, path) => {
    mkdirSync(join(folder, 'results'), { recursive: true });
    const { code, out, err } = await commandLine('start', '--json', path).ended();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^quotemill: --json \S+: cannot be written \((ENOENT|not a file)\)\n$/);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
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
  ])('%j is read', (content, items) => {
    expect(read(content)).toBe(items);
  });

  it.each([
    [
      { DEFUALT: { quoteSizeUsd: 50 } },
      'no market DEFUALT (did you mean "DEFAULT"?); allowed: DEFAULT, BTC-PERP, ETH-PERP',
    ],
    [
      { BTC: { quoteSizeUsd: 50 } },
      'no market BTC (did you mean "BTC-PERP"?); allowed: DEFAULT, BTC-PERP, ETH-PERP',
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

describe('the progress of a run', () => {
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
