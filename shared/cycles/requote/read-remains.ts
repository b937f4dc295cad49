import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import {
  nothingRemains,
  type Remains,
  remainsSaved,
  unknownRemains,
} from '../../market/remains.ts';
import type { SessionLoaded } from '../../ports/stores/session-store.ts';
import type { GroupDeps } from './group-deps.ts';

/**
 * What those before may have left of a market. `hasTraded`: there are traces of a session, so that
 * one which is not there was lost.
 */
export function remainsBefore(
  loaded: SessionLoaded,
  hasTraded: boolean,
  at: EpochMs,
  can: VenueAbilities,
): Remains {
  if (loaded.kind === 'loaded') return remainsSaved(loaded.session, at, can);
  return loaded.kind === 'none' && !hasTraded ? nothingRemains(at) : unknownRemains(at, can);
}

/** The same for a market that did not get so far as to be traded. */
export async function readRemains(
  { clock, sessions, venue }: Pick<GroupDeps, 'clock' | 'sessions' | 'venue'>,
  market: MarketId,
  wasHeld: boolean,
): Promise<Remains> {
  const [loaded, hasTraded] = await Promise.all([
    sessions
      .load(market)
      .catch((error: unknown): SessionLoaded => ({ kind: 'unreadable', problem: String(error) })),
    sessions.loadBrain(market).then(
      (brain) => wasHeld || brain !== undefined,
      () => true,
    ),
  ]);
  return remainsBefore(loaded, hasTraded, clock.now(), venue.execution.can);
}
