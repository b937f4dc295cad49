import { isAscii, isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../domain/failure.ts';

/**
 * The lines of a tape file, gzip-compressed or plain. The file is read and unpacked at once, into
 * one buffer; lines are cut from it as they are asked for. A line end at the end of the file begins
 * no further line.
 * @throws InputError in one line with the path: not there, not readable, not gzip though named so,
 * damaged, empty, not UTF-8
 */
export function readTapeFile(path: string): Generator<string, void> {
  const bytes = readBytes(path);
  if (bytes.length === 0)
    throw new InputError(
      `tape file ${path} is empty; it must hold at least a meta row and a quote`,
    );
  const text = unpack(path, bytes);
  if (text.length === 0)
    throw new InputError(
      `tape file ${path} is empty inside; it must hold at least a meta row and a quote`,
    );
  if (!isUtf8(text))
    throw new InputError(
      `tape file ${path} is not UTF-8 text; it must be JSON Lines, gzip-compressed or plain`,
    );
  return linesOf(text);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputError(`tape file ${path} cannot be read: ${readProblem(codeOf(error))}`);
  }
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

/**
 * More than this is refused rather than held in memory; two days of a busy market are a fifth of
 * it.
 */
const MAX_UNPACKED_BYTES = 2 ** 31;

function unpack(path: string, bytes: Buffer): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip && path.endsWith('.gz')) {
    throw new InputError(
      `tape file ${path} is not gzip-compressed though its name says so; plain tapes are named .jsonl`,
    );
  }
  if (!isGzip) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    throw new InputError(`tape file ${path} cannot be unpacked: ${unpackProblem(codeOf(error))}`);
  }
}

function unpackProblem(code: string): string {
  switch (code) {
    case 'Z_BUF_ERROR':
      return 'it is cut short; fetch or record it again';
    case 'Z_DATA_ERROR':
      return 'its gzip data is damaged; fetch or record it again';
    case 'ERR_BUFFER_TOO_LARGE':
      return `it holds more than ${MAX_UNPACKED_BYTES} bytes; split it`;
    default:
      return code;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : String(error);

const LINE_FEED = 10;

function* linesOf(text: Buffer): Generator<string, void> {
  // Cutting single-byte text is markedly faster, and tapes hardly ever are anything else.
  const encoding = isAscii(text) ? 'latin1' : 'utf8';
  for (let start = 0; start < text.length;) {
    const found = text.indexOf(LINE_FEED, start);
    const end = found === -1 ? text.length : found;
    yield text.toString(encoding, start, end);
    start = end + 1;
  }
}
