import { InvariantError } from './failure.ts';

declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Quote currency (USD) per one unit of base. Finite and above zero. */
export type Price = Unit<'Price'>;
/** Base units, unsigned. Finite, zero or more. */
export type Size = Unit<'Size'>;
/** Base units with a sign: long is positive, short is negative. */
export type SignedSize = Unit<'SignedSize'>;
/** US dollars (the quote currency). What we receive is positive, what we pay is negative. */
export type Usd = Unit<'Usd'>;
/** Hundredths of a percent. */
export type Bps = Unit<'Bps'>;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Unit<'EpochMs'>;

/** @throws InvariantError unless finite and above zero. */
export function price(value: number): Price {
  if (!Number.isFinite(value) || value <= 0)
    throw new InvariantError(`price must be finite and above zero, was ${value}`);
  return value as Price;
}

/** @throws InvariantError unless finite and not negative. */
export function size(value: number): Size {
  if (!Number.isFinite(value) || value < 0)
    throw new InvariantError(`size must be finite and not negative, was ${value}`);
  return value as Size;
}

/** @throws InvariantError unless finite. */
export function signedSize(value: number): SignedSize {
  return finite(value, 'signed size') as SignedSize;
}

/** @throws InvariantError unless finite. */
export function usd(value: number): Usd {
  return finite(value, 'amount in USD') as Usd;
}

/** @throws InvariantError unless finite. */
export function bps(value: number): Bps {
  return finite(value, 'basis points') as Bps;
}

/** @throws InvariantError unless a finite, non-negative number. */
export function epochMs(value: number): EpochMs {
  if (!Number.isFinite(value) || value < 0)
    throw new InvariantError(`time must be milliseconds since 1970, was ${value}`);
  return value as EpochMs;
}

function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw new InvariantError(`${what} must be finite, was ${value}`);
  return value;
}

const BPS_PER_UNIT = 10_000;

/** 5 bps is 0.0005. */
export const bpsToRatio = (value: number): number => value / BPS_PER_UNIT;

/** 0.0005 is 5 bps. */
export const ratioToBps = (ratio: number): Bps => bps(ratio * BPS_PER_UNIT);
