import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import { grid, gridOf } from '../../../domain/order/grid.ts';
import type { MarketSpec, MarketSymbol } from '../../../domain/venue/market.ts';
import { bps, type Bps, usd } from '../../../domain/units.ts';
import {
  isMarket,
  isRecord,
  nonNegativeField,
  numberField,
  positiveField,
  readAs,
  unreadable,
} from '../wire.ts';

const MAX_STEP = 1e9;
/** A fee of 5 % exists nowhere: it would be bps or percent taken for a fraction. */
const MAX_FEE_RATIO = 0.05;

const stepField = positiveField.check(
  z.refine((step) => isDecimalStep(step), 'is not a decimal of at most 12 places'),
);
const feeField = numberField.check(
  z.refine(
    (ratio) => Math.abs(ratio) <= MAX_FEE_RATIO,
    `is not a fraction of at most ${MAX_FEE_RATIO}`,
  ),
);

const specSchema = z.object({
  symbol: z.nullish(z.string()),
  tick_size: stepField,
  lot_size: z.nullish(stepField),
  size_step: z.nullish(stepField),
  min_size_usd: nonNegativeField,
  maker_fee: feeField,
  taker_fee: feeField,
  simulated: z.optional(z.unknown()),
});

/**
 * GET /v1/markets/{symbol}, at the top level or under `market`. Fees are fractions of notional, a
 * cost is positive. Nothing is guessed but the lot, and that only as told: `defaultLot`, in base
 * units, where the venue does not state one.
 */
export function parseMarketSpec(
  body: unknown,
  market: MarketSymbol,
  defaultLot: number | undefined,
): VenueOutcome<MarketSpec> {
  const inner = isRecord(body) && isRecord(body['market']) ? body['market'] : body;
  const read = readAs(specSchema, inner, `market ${market}`);
  if (!read.ok) return read;
  const wire = read.value;
  if (typeof wire.symbol === 'string' && !isMarket(wire.symbol, market))
    return unreadable(`market ${market}: the venue described another one`);
  const lot = wire.lot_size ?? wire.size_step ?? defaultLot;
  if (lot === undefined)
    return unreadable(`market ${market}: lot_size is missing and no defaultLot is configured`);
  return done({
    symbol: market,
    tick: grid(wire.tick_size),
    lot: grid(lot),
    minNotionalUsd: usd(wire.min_size_usd),
    fees: { makerBps: feeBps(wire.maker_fee), takerBps: feeBps(wire.taker_fee) },
    simulated: wire.simulated === true,
  });
}

/**
 * The double nearest to the decimal that was written: 0.00015 is 1.5 bps, not 1.4999999999999998.
 */
const feeBps = (ratio: number): Bps => bps(Math.round(ratio * 1e12) / 1e8);

/** What the rest of the product can round to. */
export const isDecimalStep = (step: number): boolean =>
  step <= MAX_STEP && gridOf(step) !== undefined;
