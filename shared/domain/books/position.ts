import { type Grid, onLot } from '../order/grid.ts';
import { signOf, type Side } from '../order/side.ts';
import {
  price,
  type Price,
  signedSize,
  type SignedSize,
  type Size,
  usd,
  type Usd,
} from '../units.ts';

/** Long is positive. `averageEntry` is undefined exactly when the position is flat. */
export interface Position {
  readonly size: SignedSize;
  readonly averageEntry: Price | undefined;
}

export const FLAT: Position = { size: signedSize(0), averageEntry: undefined };

export interface PositionChange {
  readonly position: Position;
  /** Profit taken by the part of the trade that closed position, before fees. */
  readonly realisedUsd: Usd;
}

/**
 * One trade applied to a position: adding averages the entry, reducing realises against it,
 * crossing zero does both. Sizes are kept on the lot, so a position that was closed is exactly
 * zero.
 */
export function afterTrade(
  held: Position,
  side: Side,
  traded: Size,
  at: Price,
  lot: Grid,
): PositionChange {
  const signed = signOf(side) * traded;
  const next = onLot(lot, held.size + signed);
  const entry = held.averageEntry;
  if (entry === undefined || Math.sign(held.size) === Math.sign(signed)) {
    const cost = Math.abs(held.size) * (entry ?? 0) + traded * at;
    return {
      position: positionOf(next, next === 0 ? at : cost / Math.abs(next)),
      realisedUsd: usd(0),
    };
  }
  const closed = Math.min(Math.abs(held.size), traded);
  const realisedUsd = usd(Math.sign(held.size) * closed * (at - entry));
  const flipped = Math.sign(next) !== Math.sign(held.size);
  return { position: positionOf(next, flipped ? at : entry), realisedUsd };
}

export const unrealisedUsd = (held: Position, mark: number): Usd =>
  usd(held.averageEntry === undefined ? 0 : held.size * (mark - held.averageEntry));

function positionOf(held: number, entry: number): Position {
  return held === 0 ? FLAT : { size: signedSize(held), averageEntry: price(entry) };
}
