import type { HedgeRecord, HedgesPast } from '../domain/trading/hedge.ts';
import type { Position } from '../domain/books/position.ts';
import type { Session, Waits } from '../domain/trading/session.ts';
import { reducingSide } from '../domain/order/side.ts';
import { type EpochMs, epochMs, size } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue/venue-abilities.ts';
import type { Books } from './books/books.ts';
import { withTaken } from './hedges/breach.ts';
import type { HedgeWatch } from './hedges/hedge-watch.ts';
import { fillsOf, laterFacts, type Loaded } from './books/load-books.ts';
import { newSight, NO_HEDGE } from './new-state.ts';
import { positionReported } from './books/position.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState, Sight } from './state.ts';

/** What is doubted and waited for, as it is saved. */
export const waitsOf = ({ position, doubted, refusals, pauseUntil }: Sight): Waits => ({
  unexplainedSince: position.kind === 'agreed' ? undefined : position.since,
  doubted,
  refusals,
  pauseUntil,
});

export function hedgesPast(hedges: HedgeWatch): HedgesPast {
  const { open: _, ended: __, ...past } = hedges;
  return past;
}

interface Seen {
  readonly saved: Session | undefined;
  readonly held: Position;
  readonly shownFrom: EpochMs;
}

/** Nothing of the venue is seen yet; the doubts of whoever saved go on. */
export function sightOf(known: Seen, at: EpochMs): Sight {
  const { saved, held, shownFrom } = known;
  const sight: Sight = { ...newSight(at), shownFrom, position: { kind: 'agreed', held } };
  if (saved === undefined) return sight;
  const { waits, pnl, savedAt } = saved;
  return {
    ...sight,
    mid: pnl.markPrice === undefined ? undefined : { mid: pnl.markPrice, at: savedAt },
    doubted: waits.doubted,
    refusals: waits.refusals,
    pauseUntil: epochMs(Math.max(at, waits.pauseUntil)),
    position: unexplained(waits, known, at) ?? sight.position,
  };
}

/** Of one who did not leave in order nobody knows yet what traded since: it is waited for anew. */
const unexplained = (
  { unexplainedSince }: Waits,
  { held, shownFrom }: Seen,
  askedAt: EpochMs,
): Sight['position'] | undefined =>
  unexplainedSince === undefined
    ? undefined
    : { kind: 'asking', held, since: shownFrom > askedAt ? askedAt : unexplainedSince, askedAt };

/** A difference that was waited for is waited for on, unless what is held now is explained. */
export function positionDoubted(
  state: MarketState,
  held: Position,
  at: EpochMs,
  rules: Rules,
): MarketState {
  if (state.sight.position.kind === 'agreed') return state;
  return {
    ...state,
    sight: { ...state.sight, position: positionReported(state, held, at, rules) },
  };
}

interface Rows extends Loaded {
  readonly hedge: HedgeRecord | undefined;
}

/** The breach that is open, and how long the next one waits. */
export function hedgesOf(
  rows: Rows,
  { books, orders }: Pick<MarketState, 'books' | 'orders'>,
  at: EpochMs,
  abilities: VenueAbilities,
): HedgeWatch {
  const { saved, hedge } = rows;
  const open = openHedge(rows, books, at);
  const ended = open === undefined ? endedHedge(hedge, books, abilities) : undefined;
  if (saved === undefined)
    return { ...NO_HEDGE, open, ended, notBefore: shownAfter(hedge, abilities) };
  const past = { ...NO_HEDGE, ...saved.hedges, open, ended };
  // Asked for after the save: what was taken until then was of those before it.
  if (open !== undefined && open.openedAt >= saved.savedAt) return { ...past, takenUsd: 0 };
  return withTaken(past, fillsOf(laterFacts(rows)), orders);
}

/** What the last hedge took off may be listed late: another before would take it off again. */
const shownAfter = (record: HedgeRecord | undefined, abilities: VenueAbilities): EpochMs =>
  record?.status.kind === 'done'
    ? epochMs(record.status.at + abilities.listsLagMs + abilities.arrivesWithinMs)
    : NO_HEDGE.notBefore;

/** Nobody knows yet how much of what it took off is in the books. */
function endedHedge(
  record: HedgeRecord | undefined,
  { pnl }: Books,
  abilities: VenueAbilities,
): HedgeWatch['ended'] {
  if (record?.status.kind !== 'done' || record.status.outcome.kind === 'not-needed')
    return undefined;
  const side = reducingSide(record.intent.inventoryUsd);
  const atMost = size(Math.abs(pnl.position.size));
  return { side, atMost, shownFrom: shownAfter(record, abilities) };
}

/**
 * The row of a breach that is not done yet: nobody opens another beside it. One whose end nobody
 * who saved has heard is heard to end: the next waits for what it did.
 */
function openHedge({ hedge, saved }: Rows, { pnl }: Books, at: EpochMs): HedgeWatch['open'] {
  if (hedge === undefined) return undefined;
  const { intent, status } = hedge;
  const isDone = status.kind === 'done';
  if (isDone && (saved === undefined || saved.hedges.endedId === intent.id)) return undefined;
  return {
    id: intent.id,
    intent,
    side: reducingSide(intent.inventoryUsd),
    atMost: size(Math.abs(pnl.position.size)),
    openedAt: intent.openedAt,
    announceAt: isDone ? epochMs(at + MARKET_BOUNDS.hedgeRetryMs) : at,
  };
}
