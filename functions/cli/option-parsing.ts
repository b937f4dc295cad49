import { InvalidArgumentError } from 'commander';
import type { Fees, MarketSymbol } from '#shared/domain/market.ts';
import { bps } from '#shared/domain/units.ts';

/** What a person types becomes a value here; commander puts the flag and the text before the message. */
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
  throw new InvalidArgumentError('Allowed: one, or several different ones with commas between them.');
};

/** `BTC,ETH` or `BTC-PERP,ETH-PERP`. */
export const marketList: Parse<readonly MarketSymbol[]> = (written) =>
  list(
    list(written)
      .map((name) => (name.endsWith('-PERP') ? name : `${name}-PERP`))
      .join(','),
  );

const MAX_FEE_BPS = 100;

/** `1.5,4.5`: maker and taker in bps, signed; what costs is positive. */
export const feePair: Parse<Fees> = (written) => {
  const parts = written.split(',').map((part) => (NUMBER.test(part.trim()) ? Number(part) : Number.NaN));
  const [maker, taker] = parts;
  if (parts.length === 2 && maker !== undefined && taker !== undefined && [maker, taker].every((fee) => Math.abs(fee) <= MAX_FEE_BPS)) {
    return { makerBps: bps(maker), takerBps: bps(taker) };
  }
  throw new InvalidArgumentError(`Allowed: maker,taker in bps from -${MAX_FEE_BPS} to ${MAX_FEE_BPS}, a cost is positive: 1.5,4.5.`);
};
