import type { MarketId } from '../../domain/market-id.ts';
import {
  nothingRemains,
  type Remains,
  remainsSaved,
  unknownRemains,
} from '../../market/remains.ts';
import type { GroupDeps } from './group-deps.ts';

/** What those before may have left of a market, for one that did not get so far as to trade it. */
export async function readRemains(
  { clock, sessions, venue }: Pick<GroupDeps, 'clock' | 'sessions' | 'venue'>,
  market: MarketId,
): Promise<Remains> {
  const loaded = await sessions.load(market).catch((error: unknown) => ({
    kind: 'unreadable' as const,
    problem: String(error),
  }));
  const now = clock.now();
  switch (loaded.kind) {
    case 'loaded':
      return remainsSaved(loaded.session, now, venue.execution.can);
    case 'none':
      return nothingRemains(now);
    case 'unreadable':
      return unknownRemains(now, venue.execution.can);
  }
}
