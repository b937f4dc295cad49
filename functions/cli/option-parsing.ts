import { InvalidArgumentError } from 'commander';
import type { Fees } from '#shared/domain/venue/market.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { bps, epochMs, type EpochMs } from '#shared/domain/units.ts';

/**
 * What a person types becomes a value here; commander puts the flag and the text before the
 * message.
 */
type Parse<T> = (written: string) => T;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** @throws InvalidArgumentError naming what is allowed. */
export const wholeNumber =
  (min: number, max: number): Parse<number> =>
  (written) => {
    const value = /^\d{1,15}$/.test(written) ? Number(written) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
  };

export const numberBetween =
  (min: number, max: number): Parse<number> =>
  (written) => {
    const value = NUMBER.test(written) ? Number(written) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Allowed: a number from ${min} to ${max}.`);
  };

/** `a,b`, without repetition. */
export const list: Parse<readonly string[]> = (written) => {
  const parts = written.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '') && new Set(parts).size === parts.length) return parts;
  throw new InvalidArgumentError(
    'Allowed: one, or several different ones with commas between them.',
  );
};

const MAX_FEE_BPS = 100;

/** `1.5,4.5`: maker and taker in bps, signed; what costs is positive. */
export const feePair: Parse<Fees> = (written) => {
  const parts = written
    .split(',')
    .map((part) => (NUMBER.test(part.trim()) ? Number(part) : Number.NaN));
  const [maker, taker] = parts;
  if (
    parts.length === 2 &&
    maker !== undefined &&
    taker !== undefined &&
    [maker, taker].every((fee) => Math.abs(fee) <= MAX_FEE_BPS)
  ) {
    return { makerBps: bps(maker), takerBps: bps(taker) };
  }
  throw new InvalidArgumentError(
    `Allowed: maker,taker in bps from -${MAX_FEE_BPS} to ${MAX_FEE_BPS}, a cost is positive: 1.5,4.5.`,
  );
};

/** A time, once it is known when the recording that it is meant of began. */
export type Moment = (startsAt: EpochMs) => EpochMs;

/**
 * `2025-09-04T20:00:00Z`, `20:00:00` (the first one after the recording began) or `1757016000000`;
 * seconds and their fraction may be left out.
 */
export const moment: Parse<Moment> = (written) => {
  const clock = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,3})?))?$/.exec(written);
  if (clock !== null) {
    const [, hours, minutes, seconds = '0'] = clock;
    return firstAfter(
      Number(hours) * HOUR_MS +
        Number(minutes) * MINUTE_MS +
        Math.round(Number(seconds) * SECOND_MS),
    );
  }
  const isDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(written);
  const at = isDate
    ? Date.parse(written)
    : /^\d{10,15}$/.test(written)
      ? Number(written)
      : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'Allowed: a time in UTC as 2025-09-04T20:00:00Z, 20:00:00, or epoch milliseconds.',
    );
  return () => epochMs(at);
};

const firstAfter =
  (msOfDay: number): Moment =>
  (startsAt) => {
    const midnight = Math.floor(startsAt / DAY_MS) * DAY_MS;
    const first = midnight + msOfDay;
    return epochMs(first >= startsAt ? first : first + DAY_MS);
  };
