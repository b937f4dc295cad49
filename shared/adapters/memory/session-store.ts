import type { BrainMemory } from '../../domain/trading/brain-memory.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import type { Session } from '../../domain/trading/session.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Saved, SessionStore } from '../../ports/stores/session-store.ts';
import { plainCopy } from './plain-copy.ts';

/**
 * Sessions, brains and marks without a database; what is kept shares nothing with what was saved.
 */
export function createMemorySessionStore(): SessionStore {
  const sessions = new Map<MarketId, Fenced<Session>>();
  const brains = new Map<MarketId, Fenced<BrainMemory>>();
  const marks = new Map<MarketId, Fenced<MarketMark>>();
  return {
    async load(market) {
      const kept = sessions.get(market);
      return kept === undefined
        ? { kind: 'none' }
        : { kind: 'loaded', session: plainCopy(kept.value) };
    },
    async save(session, over = 0) {
      const current = sessions.get(session.market);
      const isOthers = current !== undefined && current.value.group !== session.group;
      if (isOthers && current.fence > over) return 'fenced-off';
      const saved = keep(sessions, session, session.savedAt, session);
      return isOthers && saved === 'outdated' ? 'fenced-off' : saved;
    },
    loadBrain: async (market) => plainCopy(brains.get(market)?.value),
    saveBrain: async (market, fence, brain, at) => keep(brains, { market, fence }, at, brain),
    saveMark: async (mark) => keep(marks, mark, mark.at, mark),
    marks: async (markets) =>
      markets.flatMap((market) => plainCopy(marks.get(market)?.value) ?? []),
  };
}

interface Fenced<T> {
  readonly fence: number;
  readonly at: EpochMs;
  readonly value: T;
}

function keep<T>(
  kept: Map<MarketId, Fenced<T>>,
  { market, fence }: { readonly market: MarketId; readonly fence: number },
  at: EpochMs,
  value: T,
): Saved {
  const current = kept.get(market);
  if (current !== undefined && current.fence > fence) return 'fenced-off';
  if (current !== undefined && current.fence === fence && current.at > at) return 'outdated';
  kept.set(market, { fence, at, value: plainCopy(value) });
  return 'saved';
}
