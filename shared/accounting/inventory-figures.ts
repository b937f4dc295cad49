import { type Position, unrealisedUsd } from '../domain/books/position.ts';
import type { Price } from '../domain/units.ts';

interface InventoryFigures {
  /** Base units, long is positive. */
  readonly size: number;
  readonly netDeltaUsd: number;
  /** Undefined exactly when flat. */
  readonly averageEntry: Price | undefined;
  /** Against the average entry. */
  readonly unrealisedUsd: number;
}

/** What is held, marked at a mid (E8). The net delta of several markets is the sum of theirs. */
export const inventoryFigures = (held: Position, mid: Price): InventoryFigures => ({
  size: held.size,
  netDeltaUsd: held.size * mid,
  averageEntry: held.averageEntry,
  unrealisedUsd: unrealisedUsd(held, mid),
});
