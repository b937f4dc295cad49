import type { HedgeRecord, HedgeStatus } from '../../domain/trading/hedge.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { HedgeStore } from '../../ports/stores/hedge-store.ts';

/** Hedges without a database, one row a market. */
export function createMemoryHedgeStore(): HedgeStore {
  const rows = new Map<MarketId, HedgeRecord>();
  const change = (
    market: MarketId,
    id: string,
    when: (status: HedgeStatus) => boolean,
    to: Partial<HedgeRecord>,
  ): boolean => {
    const row = rows.get(market);
    if (row === undefined || row.intent.id !== id || !when(row.status)) return false;
    rows.set(market, { ...row, ...to });
    return true;
  };
  return {
    async open(intent) {
      const row = rows.get(intent.market);
      if (row !== undefined && (row.status.kind !== 'done' || row.intent.id === intent.id))
        return false;
      rows.set(intent.market, { intent, status: { kind: 'open' }, attempt: undefined });
      return true;
    },
    read: async (market) => rows.get(market),
    claim: async (market, id, by, now, ttlMs) =>
      change(market, id, (status) => isClaimable(status, now), {
        status: { kind: 'claimed', by, expiresAt: epochMs(now + ttlMs) },
      }),
    async attempt(market, id, by, attempt) {
      const last = rows.get(market)?.attempt?.number ?? 0;
      return last < attempt.number && change(market, id, isClaimedBy(by), { attempt });
    },
    complete: async (market, id, by, outcome, at) =>
      change(market, id, isClaimedBy(by), { status: { kind: 'done', outcome, at } }),
    list: async () => [...rows.values()],
  };
}

const isClaimedBy =
  (by: string) =>
  (status: HedgeStatus): boolean =>
    status.kind === 'claimed' && status.by === by;

const isClaimable = (status: HedgeStatus, now: EpochMs): boolean =>
  status.kind === 'open' || (status.kind === 'claimed' && status.expiresAt < now);
