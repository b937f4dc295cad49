import { type EpochMs, epochMs } from '../domain/units.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { VenueAbilities } from '../domain/venue/venue-abilities.ts';
import type { MarketState } from './state.ts';

/**
 * Until when quotes may rest on the last look: as old as a book may be, and where looks are further
 * apart than that, until the next one is answered.
 */
export function sightEnds({ sight, control }: MarketState): number {
  const { maxBookAgeMs } = control.parameters.values;
  if (sight.failuresInRow > 0) return sight.seenAt + maxBookAgeMs;
  const untilNext = sight.nextLookAt - sight.seenAt + MARKET_BOUNDS.lookGraceMs;
  return sight.seenAt + Math.max(maxBookAgeMs, untilNext);
}

/** By the interval; a stop is proven by looks, whatever the interval. */
export function lookDueAt({ sight, leaving }: MarketState): number {
  if (leaving?.leaving.how !== 'stop') return sight.nextLookAt;
  return Math.min(sight.nextLookAt, sight.seenAt + MARKET_BOUNDS.stopLookMs);
}

/** So many facts are not durable that nothing that could book more is asked for. */
export const isFull = ({ books }: MarketState): boolean =>
  books.pending.length >= MARKET_BOUNDS.mostPendingFacts;

/** When something is next due by itself. */
export function nextWake(state: MarketState, at: EpochMs, rules: Rules): EpochMs | undefined {
  if (state.leaving?.done === true) return undefined;
  const { funding, hedge, sight } = state;
  let next = Infinity;
  const times = [
    lookWake(state),
    blindWake(state),
    leaveWake(state),
    state.leaving === undefined ? Infinity : placesWake(state, rules),
    controlWake(state, at),
    funding.asked ? Infinity : funding.nextAskAt,
    funding.rateAt,
    sight.volatilityAt,
    sight.deepFillsAt,
    hedge.open?.announceAt ?? Infinity,
  ];
  for (const time of times) if (time > at && time < next) next = time;
  return epochMs(next);
}

const lookWake = (state: MarketState): number =>
  state.sight.look === undefined ? Math.max(lookDueAt(state), state.sight.pauseUntil) : Infinity;

const blindWake = (state: MarketState): number =>
  state.sight.emptying || state.orders.working.length === 0
    ? Infinity
    : Math.max(state.sight.emptyFrom, sightEnds(state));

const leaveWake = ({ leaving }: MarketState): number =>
  leaving === undefined || leaving.emptying ? Infinity : leaving.nextTryAt;

/** Until then a place may arrive that nobody answered for; 0 without one. */
export const placesArrivedBy = (
  { lastUnknownAt }: MarketState['tally'],
  { arrivesWithinMs }: VenueAbilities,
): number => (lastUnknownAt === undefined ? 0 : lastUnknownAt + arrivesWithinMs);

/** A list asked for from then on shows it, if it rests; 0 without one. */
export const placesShownFrom = (tally: MarketState['tally'], abilities: VenueAbilities): number =>
  tally.lastUnknownAt === undefined ? 0 : placesArrivedBy(tally, abilities) + abilities.listsLagMs;

const placesWake = ({ tally, leaving }: MarketState, { abilities }: Rules): number =>
  leaving?.leaving.how === 'stop'
    ? placesShownFrom(tally, abilities)
    : placesArrivedBy(tally, abilities);

/** What people wrote is too old to quote on from then on. */
export const controlUnreadFrom = ({ control }: MarketState): number =>
  control.readAt + MARKET_BOUNDS.controlUnreadMs;

/** And from then on too old to stay. */
export const controlLostFrom = ({ control }: MarketState): number =>
  control.readAt + MARKET_BOUNDS.controlLostMs;

function controlWake(state: MarketState, at: EpochMs): number {
  if (state.leaving !== undefined) return Infinity;
  const unreadAt = controlUnreadFrom(state);
  return at < unreadAt ? unreadAt : controlLostFrom(state);
}
