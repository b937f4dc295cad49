import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '../../domain/failure.ts';
import { DamagedGzip, unpack } from './unpack.ts';

/**
 * The lines of a tape file, gzip-compressed or plain. The file is read, unpacked and cut piece by
 * piece as lines are asked for, so that a tape of any length takes the same memory. A byte order
 * mark is left out, and a line end at the end of the file begins no further line.
 * @throws InputError in one line with the path. At once: not there, not readable, empty, not gzip
 * though named so. While reading: damaged, not UTF-8, a line too long.
 */
export function readTapeFile(path: string): Generator<string, void> {
  const pieces = piecesOf(path);
  const first = pieces.next();
  if (first.done === true)
    throw new InputError(
      `tape file ${path} is empty; it must hold at least a meta row and a quote`,
    );
  const isGzip = first.value[0] === 0x1f && (first.value[1] ?? 0x8b) === 0x8b;
  if (!isGzip && path.endsWith('.gz')) {
    pieces.return();
    throw new InputError(
      `tape file ${path} is not gzip-compressed though its name says so; plain tapes are named .jsonl`,
    );
  }
  const whole = chained(first.value, pieces);
  return linesOf(path, isGzip ? unpackedOf(path, whole) : whole);
}

/** Unpacked it may be twenty times as much. */
const PIECE_BYTES = 2 ** 14;

function* piecesOf(path: string): Generator<Buffer, void> {
  const file = opened(path);
  try {
    for (;;) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const bytes = readPiece(path, file, piece);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readPiece(path: string, file: number, piece: Buffer): number {
  try {
    return readSync(file, piece);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function* chained(first: Buffer, rest: Generator<Buffer, void>): Generator<Buffer, void> {
  yield first;
  yield* rest;
}

function unreadable(path: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new InputError(`tape file ${path} cannot be read: ${readProblem(code)}`);
}

function readProblem(code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder; name one file in it';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not permitted';
    default:
      return code;
  }
}

function* unpackedOf(path: string, packed: Iterable<Buffer>): Generator<Uint8Array, void> {
  let bytes = 0;
  try {
    for (const piece of unpack(packed)) {
      bytes += piece.length;
      yield piece;
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
    throw new InputError(
      `tape file ${path} cannot be unpacked: it is cut short or damaged; fetch or record it again`,
    );
  }
  if (bytes === 0)
    throw new InputError(
      `tape file ${path} is empty inside; it must hold at least a meta row and a quote`,
    );
}

/** A hundred times the longest row of the format: 20 levels a side. */
const MOST_LINE_BYTES = 2 ** 18;
const LINE_FEED = 10;

function* linesOf(path: string, pieces: Iterable<Uint8Array>): Generator<string, void> {
  let row = 0;
  let begun: Buffer = Buffer.alloc(0);
  for (const piece of pieces) {
    const bytes = begun.length === 0 ? asBuffer(piece) : Buffer.concat([begun, piece]);
    const end = bytes.lastIndexOf(LINE_FEED);
    begun = bytes.subarray(end + 1);
    requireShort(path, row + 1, end === -1 ? bytes.length : 0);
    if (end === -1) continue;
    for (const line of wholeLines(path, bytes.subarray(0, end), row === 0)) {
      row += 1;
      requireShort(path, row, line.length);
      yield line;
    }
  }
  requireShort(path, row + 1, begun.length);
  if (begun.length > 0) yield textOf(path, begun, row === 0);
}

/**
 * Each line of single-byte text is cut for itself: a part of a long text is read more slowly,
 * character by character, and holds the whole of it as long as it is held.
 */
function* wholeLines(path: string, bytes: Buffer, isBeginning: boolean): Generator<string, void> {
  if (!isAscii(bytes)) {
    yield* textOf(path, bytes, isBeginning).split('\n');
    return;
  }
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    yield bytes.toString('latin1', start, end);
    start = end + 1;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function requireShort(path: string, row: number, length: number): void {
  if (length > MOST_LINE_BYTES)
    throw new InputError(
      `tape file ${path}, row ${row}: longer than ${MOST_LINE_BYTES} bytes; every line must be one row of a tape`,
    );
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Whole lines: no character reaches over a line feed, so each piece of them is text by itself. */
function textOf(path: string, bytes: Buffer, isBeginning: boolean): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes))
    throw new InputError(
      `tape file ${path} is not UTF-8 text; it must be JSON Lines, gzip-compressed or plain`,
    );
  const isMarked = isBeginning && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return bytes.toString('utf8', isMarked ? BYTE_ORDER_MARK.length : 0);
}
