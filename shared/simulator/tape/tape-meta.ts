import type { EpochMs } from '../../domain/units.ts';
import { parseObject, positiveNumber, recordedTime, text } from './tape-fields.ts';
import { refusal, shown, type TapePlace } from './tape-refusal.ts';

/** Row 1 of a tape: what was recorded, where and when. */
export interface TapeMeta {
  readonly venue: string;
  readonly coin: string;
  readonly quote: string;
  /** Sizes are in base units for both; an inverse contract is worth a fixed amount of USD. */
  readonly contract: 'linear' | 'inverse';
  /** USD per contract. Inverse only. */
  readonly contractUsd?: number | undefined;
  /** Of quotes, in quote currency. */
  readonly tick: number;
  /** In base units; for inverse contracts in contracts. */
  readonly lot: number;
  /** The taker side was not recorded but inferred. */
  readonly sideInferred?: boolean | undefined;
  /** The silence of quotes above which there is a gap row. */
  readonly gapMs: number;
  /** Times of the first and of the last quote. Nothing lies outside. */
  readonly recordedFrom: EpochMs;
  readonly recordedTo: EpochMs;
  /** Where it comes from and what may be done with it. */
  readonly source?: string | undefined;
  readonly licence?: string | undefined;
  readonly notes?: readonly string[] | undefined;
  /** Digest of each raw file by its name. */
  readonly sha256?: Readonly<Record<string, string>> | undefined;
}

/** @throws InputError */
export function parseMeta(line: string, place: TapePlace): TapeMeta {
  const row = parseObject(line, place);
  if (row['type'] !== 'meta')
    throw refusal(place, `type is ${shown(row['type'])}; row 1 must be of type meta`);
  if (row['version'] !== 1)
    throw refusal(
      place,
      `version is ${shown(row['version'])}; only tapes of version 1 can be read`,
    );
  const recordedFrom = recordedTime(row['recordedFrom'], 'recordedFrom', place);
  const recordedTo = recordedTime(row['recordedTo'], 'recordedTo', place);
  if (recordedTo < recordedFrom) {
    throw refusal(
      place,
      `recordedTo ${recordedTo} is before recordedFrom ${recordedFrom}; a tape must not end before it begins`,
    );
  }
  return {
    venue: text(row['venue'], 'venue', place),
    coin: text(row['coin'], 'coin', place),
    quote: text(row['quote'], 'quote', place),
    ...contractOf(row, place),
    tick: step(row['tick'], 'tick', place),
    lot: step(row['lot'], 'lot', place),
    ...(row['sideInferred'] === undefined
      ? {}
      : { sideInferred: flag(row['sideInferred'], 'sideInferred', place) }),
    gapMs: positiveNumber(row['gapMs'], 'gapMs', place),
    recordedFrom,
    recordedTo,
    ...provenanceOf(row, place),
  };
}

type Row = Readonly<Record<string, unknown>>;

function contractOf(row: Row, place: TapePlace): Pick<TapeMeta, 'contract' | 'contractUsd'> {
  const { contract, contractUsd } = row;
  if (contract === 'inverse')
    return { contract, contractUsd: positiveNumber(contractUsd, 'contractUsd', place) };
  if (contract !== 'linear')
    throw refusal(place, `contract is ${shown(contract)}; it must be "linear" or "inverse"`);
  if (contractUsd !== undefined)
    throw refusal(place, `contractUsd is ${shown(contractUsd)}; a linear contract must have none`);
  return { contract };
}

/** A tick or lot as a grid can hold it. */
function step(value: unknown, field: string, place: TapePlace): number {
  const number = positiveNumber(value, field, place);
  if (Number(number.toFixed(12)) === number) return number;
  throw refusal(place, `${field} is ${shown(value)}; it must be a decimal of at most 12 places`);
}

function flag(value: unknown, field: string, place: TapePlace): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal(place, `${field} is ${shown(value)}; it must be true or false`);
}

/** Nothing is decided by these, so a tape without them is read all the same. */
function provenanceOf(
  row: Row,
  place: TapePlace,
): Pick<TapeMeta, 'source' | 'licence' | 'notes' | 'sha256'> {
  const { source, licence, notes, sha256 } = row;
  return {
    ...(source === undefined ? {} : { source: text(source, 'source', place) }),
    ...(licence === undefined ? {} : { licence: text(licence, 'licence', place) }),
    ...(notes === undefined ? {} : { notes: texts(notes, 'notes', place) }),
    ...(sha256 === undefined ? {} : { sha256: digests(sha256, place) }),
  };
}

function texts(value: unknown, field: string, place: TapePlace): readonly string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string'))
    return value;
  throw refusal(place, `${field} is ${shown(value)}; it must be a list of texts`);
}

function digests(value: unknown, place: TapePlace): Readonly<Record<string, string>> {
  if (isTextTable(value)) return value;
  throw refusal(place, `sha256 is ${shown(value)}; it must be an object of file name and digest`);
}

function isTextTable(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}
