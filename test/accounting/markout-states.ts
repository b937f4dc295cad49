import {
  markoutOnFill,
  markoutOnMid,
  type MarkoutState,
  NEW_MARKOUTS,
} from '#shared/accounting/markouts.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import { price, size } from '#shared/domain/units.ts';
import { aFill, after } from '#test/builders/market.ts';

export const aBuy = (over: Partial<Fill> = {}): Fill =>
  aFill({ side: 'buy', price: price(100), size: size(2), ...over });

/** That a fill of level 0 is waited for, at a mid. */
export const waitingFor = (
  fill: Fill,
  mid = 100,
  state: MarkoutState = NEW_MARKOUTS,
): MarkoutState => markoutOnFill(state, fill, price(mid), 0);

/** Mids by milliseconds after START, in the order given. */
export const throughMids = (
  state: MarkoutState,
  mids: readonly (readonly [ms: number, mid: number])[],
): MarkoutState =>
  mids.reduce((soFar, [ms, mid]) => markoutOnMid(soFar, price(mid), after(ms)), state);
