import * as z from 'zod/mini';
import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { Side } from '../../domain/order/side.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import { problemsOf } from '../../schema/parameters/problems.ts';

const MAX_REASON_LENGTH = 300;
const MAX_VENUE_TEXT = 200;

/**
 * A body in the shape asked for, or a rejection that names the fields. `what` says which answer it
 * was.
 */
export function readAs<T>(schema: z.ZodMiniType<T>, body: unknown, what: string): VenueOutcome<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? done(parsed.data) : unreadable(`${what}: ${problemsOf(parsed.error)}`);
}

/** The venue answered something that cannot be trusted. */
export const unreadable = (reason: string): VenueOutcome<never> =>
  failed({ kind: 'rejected', code: 'unreadable', reason: reason.slice(0, MAX_REASON_LENGTH) });

/** A value as `read` makes it out, or the problem `wrong` names where it makes out nothing. */
const field = <T>(
  read: (value: unknown) => T | undefined,
  wrong: (value: unknown) => string,
): z.ZodMiniType<T> =>
  z.pipe(
    z.unknown(),
    z.transform((value, context): T => {
      const made = read(value);
      if (made !== undefined) return made;
      context.issues.push({ code: 'custom', message: wrong(value), input: value });
      return z.NEVER;
    }),
  );

const missingOr =
  (wrong: string) =>
  (value: unknown): string =>
    value === undefined ? 'is missing' : wrong;

/** A finite number, or the text of one. */
export const numberField = field(toNumber, missingOr('is not a number'));

export const positiveField = numberField.check(
  z.refine((value) => value > 0, 'must be above zero'),
);
export const nonNegativeField = numberField.check(
  z.refine((value) => value >= 0, 'must not be negative'),
);

/** Seconds, milliseconds or microseconds since 1970, or ISO 8601 (UTC where no zone is given). */
export const timeField = field(toEpochMs, missingOr('is not a time'));

const ID = /^(?!\.+$)[^\p{Cc}\p{Cs}]{1,200}$/u;

/**
 * An id goes into a path, where dots alone would name another one. A number beyond 2^53 has already
 * lost digits.
 */
export const idField = field(
  (value) => {
    const id = Number.isSafeInteger(value) ? String(value) : value;
    return typeof id === 'string' && ID.test(id) ? id : undefined;
  },
  () => 'is not an id',
);

const SIDE_WORDS: ReadonlyMap<string, Side> = new Map([
  ['long', 'buy'],
  ['buy', 'buy'],
  ['bid', 'buy'],
  ['short', 'sell'],
  ['sell', 'sell'],
  ['ask', 'sell'],
]);

export const sideField = field(
  (value): Side | undefined =>
    typeof value === 'string' ? SIDE_WORDS.get(value.toLowerCase()) : undefined,
  () => 'is not a side (long, short, buy or sell)',
);

/** The venue's other pages name `BTC-PERP` as `BTC`. */
export function isMarket(named: string, market: MarketSymbol): boolean {
  const [name, asked] = [named.toUpperCase(), market.toUpperCase()];
  return name === asked || `${name}-PERP` === asked;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the venue says in words, fit for a log. Undefined where it says nothing. */
export function oneLine(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line === '' ? undefined : line.slice(0, MAX_VENUE_TEXT);
}

const NUMERIC_TEXT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Undefined for everything but a finite number or the text of one. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && NUMERIC_TEXT.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
/**
 * 1e11 s is the year 5138, and 1e11 ms the year 1973: no time of a venue is taken for the wrong
 * unit.
 */
const UNIT_BOUNDARY = 1e11;

export function toEpochMs(value: unknown): EpochMs | undefined {
  const ms = isoToMs(value) ?? numberToMs(toNumber(value));
  return ms === undefined || Number.isNaN(ms) ? undefined : epochMs(ms);
}

function isoToMs(value: unknown): number | undefined {
  const iso = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  if (iso === null) return undefined;
  const ms = Date.parse(iso[1] === undefined ? `${iso[0]}Z` : iso[0]);
  return ms >= 0 ? ms : undefined;
}

function numberToMs(number: number | undefined): number | undefined {
  if (number === undefined || number <= 0) return undefined;
  if (number < UNIT_BOUNDARY) return Math.round(number * 1000);
  if (number < UNIT_BOUNDARY * 1000) return Math.round(number);
  return number < UNIT_BOUNDARY * 1e6 ? Math.round(number / 1000) : undefined;
}
