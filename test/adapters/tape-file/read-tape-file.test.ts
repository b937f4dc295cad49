import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTapeFile } from '#shared/adapters/tape-file/read-tape-file.ts';
import { InputError } from '#shared/domain/failure.ts';
import { bps, usd } from '#shared/domain/units.ts';
import { tapeFeed } from '#shared/simulator/tape/tape.ts';
import { iterated, linesOf, rowsOfATape } from '#test/builders/tape-rows.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tape-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readTapeFile', () => {
  it.each([
    ['one\ntwo\n', ['one', 'two']],
    ['one\ntwo', ['one', 'two']],
    ['one\n\ntwo\n\n', ['one', '', 'two', '']],
    ['one\r\ntwo', ['one\r', 'two']],
    ['\n', ['']],
    ['euro €\nyen ¥\n', ['euro €', 'yen ¥']],
  ])('cuts %j into lines, packed or plain', (text, lines) => {
    expect([...readTapeFile(written('packed.jsonl.gz', gzipSync(text)))]).toEqual(lines);
    expect([...readTapeFile(written('plain.jsonl', text))]).toEqual(lines);
  });

  it('knows a packed file by its content, not only by its name', () => {
    expect([...readTapeFile(written('packed.jsonl', gzipSync('one')))]).toEqual(['one']);
  });

  it('gives the lines of a tape as a feed takes them', () => {
    const path = written('btc.tape.jsonl.gz', gzipSync(linesOf(rowsOfATape()).join('\n')));
    const feed = tapeFeed(path, readTapeFile(path), {
      fees: { makerBps: bps(0), takerBps: bps(0) },
      minNotionalUsd: usd(10),
    });
    expect([...iterated(feed.events)]).toHaveLength(rowsOfATape().length);
  });

  const packed = gzipSync(linesOf(rowsOfATape()).join('\n'));
  const damaged = packed.with(packed.length >> 1, packed[packed.length >> 1]! ^ 0xff);

  it.each([
    [
      'a file named packed that is not',
      'x.gz',
      'plain text',
      /x\.gz is not gzip-compressed though its name says so; plain tapes are named \.jsonl$/,
    ],
    [
      'a packed file cut short',
      'x.gz',
      packed.subarray(0, -20),
      /x\.gz cannot be unpacked: it is cut short; fetch or record it again$/,
    ],
    [
      'a packed file with a damaged byte',
      'x.gz',
      damaged,
      /x\.gz cannot be unpacked: its gzip data is damaged; fetch or record it again$/,
    ],
    [
      'a packed file of two bytes',
      'x.gz',
      packed.subarray(0, 2),
      /x\.gz cannot be unpacked: it is cut short/,
    ],
    [
      'an empty file',
      'x.jsonl',
      '',
      /x\.jsonl is empty; it must hold at least a meta row and a quote$/,
    ],
    ['an empty file named packed', 'x.gz', '', /x\.gz is empty; it must/],
    ['a packed file of nothing', 'x.gz', gzipSync(''), /x\.gz is empty inside; it must/],
    [
      'bytes that are no text',
      'x.jsonl',
      Uint8Array.of(0x7b, 0xff, 0xfe),
      /x\.jsonl is not UTF-8 text; it must be JSON Lines/,
    ],
  ])('refuses %s when it is opened, in one line with its path', (_what, name, content, message) => {
    expect(refusalOf(written(name, content))).toMatch(message);
  });

  it('refuses a file that is not there, and a folder', () => {
    expect(refusalOf(join(folder, 'nowhere.gz'))).toMatch(
      /nowhere\.gz cannot be read: there is no such file$/,
    );
    expect(refusalOf(folder)).toMatch(/cannot be read: it is a folder; name one file in it$/);
  });
});

/** The one line in which opening a tape is refused. */
function refusalOf(path: string): string {
  try {
    readTapeFile(path);
  } catch (error) {
    if (
      error instanceof InputError &&
      error.message.startsWith(`tape file ${path} `) &&
      !error.message.includes('\n')
    )
      return error.message;
    throw error;
  }
  throw new Error(`${path} was not refused`);
}
