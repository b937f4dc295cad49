import type { Session } from '../domain/trading/session.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue/venue-abilities.ts';
import { legsOf, type Orders } from '../domain/order/working-order.ts';
import { idsOnBook } from '../orders/cancel-all.ts';
import { mayArrive } from '../orders/order-states.ts';
import { placesShownFrom } from './due.ts';
import type { MarketState } from './state.ts';

/** What of a market's trading may rest, for whoever empties it without its state. */
export interface Remains {
  /** What the venue calls those that are known. */
  readonly venueIds: readonly string[];
  /** A complete list asked for from then on shows what is known and has no such name. */
  readonly knownShownFrom: EpochMs;
  /** And from then on whatever else rests. */
  readonly shownFrom: EpochMs;
}

/**
 * Of a state that nobody goes on from: what was on its way may still arrive, and be listed late.
 */
export const remainsOf = (
  { orders, tally }: Pick<MarketState, 'orders' | 'tally'>,
  abilities: VenueAbilities,
): Remains => ({
  ...knownOf(orders, abilities),
  shownFrom: latest(placesShownFrom(tally, abilities), unansweredShownFrom(orders, abilities)),
});

/**
 * Of what was saved, where it cannot be gone on from. Whatever was sent after that has arrived: no
 * send outlives its lease.
 */
export const remainsSaved = (
  { orders, drained }: Session,
  at: EpochMs,
  abilities: VenueAbilities,
): Remains => ({
  ...knownOf(orders, abilities),
  shownFrom: latest(
    drained ? at : at + abilities.listsLagMs,
    unansweredShownFrom(orders, abilities),
  ),
});

const knownOf = (orders: Orders, abilities: VenueAbilities): Omit<Remains, 'shownFrom'> => ({
  venueIds: idsOnBook(orders),
  knownShownFrom: epochMs(unansweredShownFrom(orders, abilities)),
});

const latest = (a: number, b: number): EpochMs => epochMs(Math.max(a, b));

/** 0 without any. */
const unansweredShownFrom = (
  { working }: Orders,
  { arrivesWithinMs, listsLagMs }: VenueAbilities,
): number =>
  working
    .filter(mayArrive)
    .flatMap(legsOf)
    .reduce((last, { since }) => Math.max(last, since + arrivesWithinMs + listsLagMs), 0);

/**
 * Where nobody ever saved a session nobody sent anything: the first save comes before the first
 * send.
 */
export const nothingRemains = (at: EpochMs): Remains => ({ ...NONE_KNOWN, shownFrom: at });

/** Where what was saved cannot be read. */
export const unknownRemains = (at: EpochMs, { listsLagMs }: VenueAbilities): Remains => ({
  ...NONE_KNOWN,
  shownFrom: epochMs(at + listsLagMs),
});

/** A complete list has shown whatever those before may have left. */
export const isShown = ({ listedAt, shownFrom }: MarketState['sight']): boolean =>
  listedAt !== undefined && listedAt >= shownFrom;

const NONE_KNOWN = { venueIds: [], knownShownFrom: epochMs(0) };
