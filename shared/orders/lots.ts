import { type Grid, onLot } from '../domain/order/grid.ts';
import { size, type Size } from '../domain/units.ts';

/** Sizes stay on the lot, and none is below zero. */
export const less = (lot: Grid, from: number, taken: number): Size =>
  size(Math.max(0, onLot(lot, from - taken)));

export const more = (lot: Grid, to: number, added: number): Size => size(onLot(lot, to + added));
