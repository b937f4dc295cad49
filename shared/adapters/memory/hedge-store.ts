import type { HedgeRecord, HedgeStatus } from '../../domain/hedge.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { HedgeStore } from '../../ports/hedge-store.ts';

/** Hedges without a database, one row a market. */
export function createMemoryHedgeStore(): HedgeStore {
  const rows = new Map<MarketId, HedgeRecord>();
  const setStatus = (
    market: MarketId,
    id: string,
    when: (status: HedgeStatus) => boolean,
    status: HedgeStatus,
  ): boolean => {
    const row = rows.get(market);
    if (row === undefined || row.intent.id !== id || !when(row.status)) return false;
    rows.set(market, { ...row, status });
    return true;
  };
  return {
    async open(intent) {
      const row = rows.get(intent.market);
      if (row !== undefined && (row.status.kind !== 'done' || row.intent.id === intent.id))
        return false;
      rows.set(intent.market, { intent, status: { kind: 'open' } });
      return true;
    },
    read: async (market) => rows.get(market),
    claim: async (market, id, by, now, ttlMs) =>
      setStatus(market, id, (status) => isClaimable(status, now), {
        kind: 'claimed',
        by,
        expiresAt: epochMs(now + ttlMs),
      }),
    complete: async (market, id, by, outcome, at) =>
      setStatus(market, id, (status) => status.kind === 'claimed' && status.by === by, {
        kind: 'done',
        outcome,
        at,
      }),
    list: async () => [...rows.values()],
  };
}

const isClaimable = (status: HedgeStatus, now: EpochMs): boolean =>
  status.kind === 'open' || (status.kind === 'claimed' && status.expiresAt < now);
