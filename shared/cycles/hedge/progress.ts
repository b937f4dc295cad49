import { done, type VenueOutcome } from '../../domain/failure.ts';
import { onLot } from '../../domain/order/grid.ts';
import type { HedgeAttempt, HedgeIntent } from '../../domain/trading/hedge.ts';
import { signOf } from '../../domain/order/side.ts';
import { CLOCKS_APART_MS } from '../../domain/time.ts';
import { epochMs } from '../../domain/units.ts';
import type { HedgeDeps } from './hedge-deps.ts';
import { type Holding, readHolding } from './reduce-position.ts';

/** How far a hedge has come, whichever invocations worked on it. Signed base units. */
export interface Progress {
  readonly began: number;
  /** What of that is left by what was acknowledged, whether or not the venue shows it yet. */
  readonly reckoned: number;
}

interface Seen {
  readonly held: Holding;
  readonly progress: Progress;
}

/**
 * What is held now and, at first, how far the hedge has come: where an earlier invocation left an
 * order behind, with what that one took.
 */
export async function lookAt(
  deps: Pick<HedgeDeps, 'venue'>,
  { market }: HedgeIntent,
  last: HedgeAttempt | undefined,
  before: Progress | undefined,
): Promise<VenueOutcome<Seen>> {
  const held = await readHolding(deps, market);
  if (!held.ok) return held;
  const { position } = held.value;
  if (before !== undefined) return done({ held: held.value, progress: before });
  if (last === undefined)
    return done({ held: held.value, progress: { began: position, reckoned: position } });
  const took = await takenBy(deps, market, last);
  if (!took.ok) return took;
  const progress = { began: last.began, reckoned: last.before + took.value };
  return done({ held: held.value, progress });
}

/**
 * What an order took that nobody heard of, signed: all that was taken on its side since it was
 * sent, at most what it asked for. Too much leaves less to hedge, and the next breach has the rest.
 */
async function takenBy(
  { venue }: Pick<HedgeDeps, 'venue'>,
  market: HedgeIntent['market'],
  { sentAt, asked }: HedgeAttempt,
): Promise<VenueOutcome<number>> {
  const since = epochMs(Math.max(0, sentAt - CLOCKS_APART_MS));
  const listed = await venue.history.fills(market, since);
  if (!listed.ok) return listed;
  const sign = Math.sign(asked);
  const taken = listed.value.fills
    .filter(({ side, liquidity }) => liquidity === 'taker' && signOf(side) === sign)
    .reduce((sum, { size }) => sum + size, 0);
  return done(sign * Math.min(taken, Math.abs(asked)));
}

/** Of what the venue shows and what it acknowledged, whichever leaves less to hedge. */
export function leftToHedge({ position, spec }: Holding, { reckoned }: Progress): number {
  const acknowledged = onLot(spec.lot, reckoned);
  if (Math.sign(acknowledged) !== Math.sign(position)) return 0;
  return Math.abs(acknowledged) < Math.abs(position) ? acknowledged : position;
}
