import { onLot } from '../../domain/order/grid.ts';
import type { Position } from '../../domain/books/position.ts';
import type { Side } from '../../domain/order/side.ts';
import { CLOCKS_APART_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { legsOf, type Orders } from '../../domain/order/working-order.ts';
import { positionsLately } from './books.ts';
import type { Rules } from '../rules.ts';
import type { MarketState, VenuePosition } from '../state.ts';

/**
 * What trades the venue told of, by what an order has left, that are not booked yet: all of them,
 * or those that lists did not have to show by now. Base units.
 */
function unbookedSizes(
  { working, gone }: Orders,
  lot: Rules['spec']['lot'],
  isLateToo = true,
): { readonly bought: number; readonly sold: number } {
  const sums = { buy: 0, sell: 0 };
  const add = (side: Side, filled: number, booked: number, late = 0): void => {
    sums[side] += Math.max(0, filled - (isLateToo ? booked : Math.max(booked, late)));
  };
  for (const { side, size, remaining, booked, told } of working.flatMap(legsOf))
    add(side, size - remaining, booked, told?.late);
  for (const { side, filled, booked, late } of gone) add(side, filled, booked, late);
  return { bought: onLot(lot, sums.buy), sold: onLot(lot, sums.sell) };
}

/** Whether it tells of trades that were not known before: executions that are not booked yet. */
export function tellsOfTrades(
  before: Orders,
  after: Orders,
  { spec }: Pick<Rules, 'spec'>,
): boolean {
  const [known, told] = [unbookedSizes(before, spec.lot), unbookedSizes(after, spec.lot)];
  return told.bought > known.bought || told.sold > known.sold;
}

/** Whether executions are known of that no list of them has shown yet. */
export function isAnyUnbooked(orders: Orders, { spec }: Pick<Rules, 'spec'>): boolean {
  const { bought, sold } = unbookedSizes(orders, spec.lot);
  return bought > 0 || sold > 0;
}

/** Any of them may be known to the venue's position, or to our books, before the others are. */
function withUnbooked(
  { orders }: MarketState,
  { spec }: Rules,
  isLateToo: boolean,
): readonly [number, ...number[]] {
  const { bought, sold } = unbookedSizes(orders, spec.lot, isLateToo);
  if (bought === 0 && sold === 0) return [0];
  return [0, bought, -sold, bought - sold];
}

/**
 * Whether our executions explain the position the venue reports: it is what they say, or what they
 * said before any number of those that its lists may not show yet. What its lists had to show and
 * do not explains nothing any more: it would hide a difference of its size for ever.
 */
export function positionReported(
  state: MarketState,
  held: Position,
  askedAt: EpochMs,
  rules: Rules,
): VenuePosition {
  if (isExplained(state, held.size, askedAt, rules)) return { kind: 'agreed', held };
  const before = state.sight.position;
  return before.kind === 'agreed'
    ? { kind: 'asking', held, since: askedAt, askedAt }
    : { ...before, held, askedAt };
}

/** What is known now may explain what was reported before. */
export function explainedAgain(state: MarketState, rules: Rules): VenuePosition {
  const { position } = state.sight;
  return position.kind === 'agreed'
    ? position
    : positionReported(state, position.held, position.askedAt, rules);
}

function isExplained(state: MarketState, size: number, askedAt: EpochMs, rules: Rules): boolean {
  const { lot } = rules.spec;
  const { listsLagMs } = rules.abilities;
  const mid = state.sight.mid?.mid ?? state.books.pnl.markPrice;
  const oldest = epochMs(Math.max(0, askedAt - listsLagMs - CLOCKS_APART_MS));
  const unbooked = withUnbooked(state, rules, false);
  return positionsLately(state.books, oldest, lot).some((ours) =>
    unbooked.some((more) => isSamePosition(size, ours + more, lot.step, mid)),
  );
}

/**
 * Whether what the venue reports differs from our books in another way than the last time:
 * something traded, also where what is held now was held lately.
 */
export function hasMoved({ sight, books }: MarketState, held: Position, { spec }: Rules): boolean {
  const { reported } = sight;
  const ours = books.pnl.position.size;
  const mid = sight.mid?.mid ?? books.pnl.markPrice;
  const isSame = (size: number): boolean => isSamePosition(held.size, size, spec.lot.step, mid);
  if (isSame(ours)) return false;
  return reported === undefined || ours !== reported.ours || !isSame(reported.size);
}

/** Venues that report a position in dollars are off by their own marking. */
const SAME_POSITION_USD = 1;

const isSamePosition = (
  venue: number,
  ours: number,
  lotStep: number,
  mid: number | undefined,
): boolean => {
  const gap = Math.abs(venue - ours);
  return gap <= lotStep / 2 || (mid !== undefined && gap * mid <= SAME_POSITION_USD);
};

/** What the position may be: by our books, with what is not booked yet, and by the venue's word. */
export function possiblePositions(
  state: MarketState,
  rules: Rules,
): readonly [number, ...number[]] {
  const ours = state.books.pnl.position.size;
  const [first, ...others] = withUnbooked(state, rules, true);
  const { position } = state.sight;
  const said = position.kind === 'agreed' ? [] : [position.held.size];
  return [ours + first, ...others.map((more) => ours + more), ...said];
}
