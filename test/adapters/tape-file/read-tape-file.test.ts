import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
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
      /x\.gz cannot be unpacked: it is cut short or damaged; fetch or record it again$/,
    ],
    [
      'a packed file with a damaged byte',
      'x.gz',
      damaged,
      /x\.gz cannot be unpacked: it is cut short or damaged; fetch or record it again$/,
    ],
    [
      'a packed file whose text was changed and whose check sum was not',
      'x.gz',
      Buffer.concat([gzipSync('one\n').subarray(0, -8), gzipSync('two\n').subarray(-8)]),
      /x\.gz cannot be unpacked: it is cut short or damaged/,
    ],
    [
      'a damaged member in front of a whole one',
      'x.gz',
      Buffer.concat([gzipSync('one\n').subarray(0, -8), Buffer.alloc(8), gzipSync('two\n')]),
      /x\.gz cannot be unpacked: it is cut short or damaged/,
    ],
    [
      'a packed file of two bytes',
      'x.gz',
      packed.subarray(0, 2),
      /x\.gz cannot be unpacked: it is cut short or damaged/,
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
  ])('refuses %s, in one line with its path', (_what, name, content, message) => {
    expect(refusalOf(written(name, content))).toMatch(message);
  });

  it('refuses at once what it can see at once', () => {
    expect(() => readTapeFile(written('x.gz', 'plain text'))).toThrow('not gzip-compressed');
    expect(() => readTapeFile(written('x.jsonl', ''))).toThrow('is empty');
  });

  it.each([
    ['no end', Buffer.alloc(300_000), 1],
    [
      'no end after some that have one',
      Buffer.concat([Buffer.from('a\nb\n'), Buffer.alloc(9e5)]),
      3,
    ],
    ['an end', Buffer.concat([Buffer.from('a\n'), Buffer.alloc(300_000), Buffer.from('\nb\n')]), 2],
  ])(
    'refuses a line of %s that is longer than any row, before all of it is held',
    (_, text, row) => {
      for (const [name, content] of [
        ['x.jsonl', text],
        ['x.jsonl.gz', gzipSync(text)],
      ] as const) {
        const path = written(name, content);
        const read = (): unknown => [...readTapeFile(path)];
        expect(read).toThrow(InputError);
        expect(read).toThrow(
          `tape file ${path}, row ${row}: longer than 262144 bytes; every line must be one row of a tape`,
        );
      }
    },
  );

  it('holds a piece of an endless file, not the file', () => {
    expect(() => [...readTapeFile('/dev/zero')]).toThrow('row 1: longer than 262144 bytes');
  });

  it('leaves out a byte order mark', () => {
    const marked = '\ufeffone\ntwo €\n';
    expect([...readTapeFile(written('x.jsonl', marked))]).toEqual(['one', 'two €']);
    expect([...readTapeFile(written('x.gz', gzipSync(marked)))]).toEqual(['one', 'two €']);
  });

  it('reads members that were packed one after the other as one text', () => {
    const packedTwice = Buffer.concat([gzipSync('one\ntw'), gzipSync('o\nthree\n')]);
    expect([...readTapeFile(written('x.gz', packedTwice))]).toEqual(['one', 'two', 'three']);
  });

  it('cuts a text of many pieces where its lines end, whatever stands where a piece ends', () => {
    const line = fc.string({ unit: fc.constantFrom('a', '€', '𝄞', '{', ' '), maxLength: 300 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.boolean(), (some, cut) => {
        const lines = Array.from({ length: 60 }, () => some).flat();
        const text = lines.join('\n') + '\n';
        const half = text.length >> 1;
        const zipped = cut
          ? Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))])
          : gzipSync(text, { level: 1 });
        expect([...readTapeFile(written('x.gz', zipped))]).toEqual(lines);
        expect([...readTapeFile(written('x.jsonl', text))]).toEqual(lines);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a file that is not there, and a folder', () => {
    expect(refusalOf(join(folder, 'nowhere.gz'))).toMatch(
      /nowhere\.gz cannot be read: there is no such file$/,
    );
    expect(refusalOf(folder)).toMatch(/cannot be read: it is a folder; name one file in it$/);
  });
});

/** The one line in which a tape is refused. */
function refusalOf(path: string): string {
  try {
    for (const line of readTapeFile(path)) expect(line).toBeTypeOf('string');
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
