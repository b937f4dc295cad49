import type { Halt } from '#shared/domain/halt.ts';
import type { HedgeRecord, HedgeStatus } from '#shared/domain/hedge.ts';
import type { LedgerEntry } from '#shared/domain/ledger-entry.ts';
import type { MarketId } from '#shared/domain/market-id.ts';
import type { Session } from '#shared/domain/session.ts';
import type { FundingTilt } from '#shared/domain/tilt.ts';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import type { HaltStore } from '#shared/ports/halt-store.ts';
import type { HedgeStore } from '#shared/ports/hedge-store.ts';
import type { Lease, LeaseStore } from '#shared/ports/lease-store.ts';
import type { Ledger } from '#shared/ports/ledger.ts';
import type { ParameterReading, ParameterStore } from '#shared/ports/parameter-store.ts';
import type { SessionStore } from '#shared/ports/session-store.ts';
import type { TiltStore } from '#shared/ports/tilt-store.ts';
import { inWindow } from '#shared/adapters/dynamodb/ledger.ts';
import { ledgerKey, marketOf } from '#shared/adapters/dynamodb/ledger-item.ts';
import { readParameterItems } from '#shared/adapters/dynamodb/parameter-items.ts';

/**
 * The stores of shared/ports without a database, for tests of what uses them. Each passes the same
 * contract suite as its DynamoDB sibling; each call does its work before it returns, so nothing
 * interleaves inside one.
 */

export function createInMemoryLeaseStore(): LeaseStore {
  const held = new Map<MarketId, Lease>();
  const fences = new Map<MarketId, number>();
  const ours = (lease: Lease): Lease | undefined => {
    const current = held.get(lease.market);
    return current?.owner === lease.owner && current.fence === lease.fence ? current : undefined;
  };
  const keep = (lease: Lease): Lease => {
    held.set(lease.market, lease);
    return lease;
  };
  return {
    read: async (market) => held.get(market),
    async acquire(market, owner, now, ttlMs) {
      const current = held.get(market);
      if (current !== undefined && current.expiresAt >= now) return undefined;
      const fence = (fences.get(market) ?? 0) + 1;
      fences.set(market, fence);
      return keep({
        market,
        owner,
        fence,
        acquiredAt: now,
        expiresAt: epochMs(now + ttlMs),
        yieldTo: undefined,
      });
    },
    async renew(lease, now, ttlMs) {
      const current = ours(lease);
      return (
        current &&
        keep({ ...current, expiresAt: epochMs(Math.max(current.expiresAt, now + ttlMs)) })
      );
    },
    async requestYield(lease, by) {
      const current = ours(lease);
      if (current !== undefined) keep({ ...current, yieldTo: by });
    },
    async release(lease) {
      if (ours(lease) !== undefined) held.delete(lease.market);
    },
  };
}

export function createInMemorySessionStore(): SessionStore {
  const sessions = new Map<MarketId, Session>();
  return {
    load: async (market) => structuredClone(sessions.get(market)),
    marks: async (markets) =>
      Object.fromEntries(
        markets.flatMap((market) => {
          const session = sessions.get(market);
          const mid = session?.pnl.markPrice;
          return session === undefined || mid === undefined
            ? []
            : [[market, { mid, at: session.savedAt }]];
        }),
      ),
    async save(session) {
      const current = sessions.get(session.market);
      if (current !== undefined && current.fence > session.fence) return 'fenced-off';
      sessions.set(session.market, structuredClone(session));
      return 'saved';
    },
  };
}

export interface InMemoryLedger extends Ledger {
  /** Everything appended, of all markets, in the order it was appended. */
  readonly all: () => readonly LedgerEntry[];
}

export function createInMemoryLedger(): InMemoryLedger {
  const entries = new Map<string, { readonly market: MarketId; readonly entry: LedgerEntry }>();
  return {
    async append(entry) {
      const { marketDay, timeId } = ledgerKey(entry);
      const key = `${marketDay}/${timeId}`;
      if (entries.has(key)) return 'already-there';
      entries.set(key, {
        market: marketOf(entry),
        entry: structuredClone(entry),
      });
      return 'written';
    },
    read: async (market, from, to) =>
      inWindow(
        [...entries.values()].filter((kept) => kept.market === market).map(({ entry }) => entry),
        from,
        to,
      ),
    all: () => [...entries.values()].map(({ entry }) => entry),
  };
}

export function createInMemoryHedgeStore(): HedgeStore {
  const records = new Map<string, HedgeRecord>();
  const keyOf = (market: MarketId, id: string): string => `${market}/${id}`;
  const isClaimable = (status: HedgeStatus, now: EpochMs): boolean =>
    status.kind === 'open' || (status.kind === 'claimed' && status.expiresAt < now);
  const setStatus = (
    record: HedgeRecord | undefined,
    when: (status: HedgeStatus) => boolean,
    status: HedgeStatus,
  ): boolean => {
    if (record === undefined || !when(record.status)) return false;
    records.set(keyOf(record.intent.market, record.intent.id), { ...record, status });
    return true;
  };
  return {
    async open(intent) {
      const key = keyOf(intent.market, intent.id);
      if (records.has(key)) return false;
      records.set(key, { intent, status: { kind: 'open' } });
      return true;
    },
    read: async (market, id) => records.get(keyOf(market, id)),
    claim: async (market, id, by, now, ttlMs) =>
      setStatus(records.get(keyOf(market, id)), (status) => isClaimable(status, now), {
        kind: 'claimed',
        by,
        expiresAt: epochMs(now + ttlMs),
      }),
    complete: async (market, id, by, outcome, at) =>
      setStatus(
        records.get(keyOf(market, id)),
        (status) => status.kind === 'claimed' && status.by === by,
        { kind: 'done', outcome, at },
      ),
  };
}

export interface InMemoryHaltStore extends HaltStore {
  /** As a person does, by deleting the item. */
  readonly lift: (market: MarketId) => void;
}

export function createInMemoryHaltStore(): InMemoryHaltStore {
  const halts = new Map<MarketId, Halt>();
  return {
    read: async (market) => halts.get(market),
    async put(halt) {
      if (halts.has(halt.market)) return false;
      halts.set(halt.market, structuredClone(halt));
      return true;
    },
    lift: (market) => void halts.delete(market),
  };
}

export function createInMemoryTiltStore(): TiltStore {
  const tilts = new Map<MarketId, FundingTilt>();
  return {
    read: async (market) => tilts.get(market),
    async set(tilt) {
      const current = tilts.get(tilt.market);
      if (current !== undefined && current.fundingTime >= tilt.fundingTime) return false;
      tilts.set(tilt.market, tilt);
      return true;
    },
  };
}

interface ParameterAudit {
  readonly market: MarketId;
  readonly reading: ParameterReading;
  readonly at: EpochMs;
  readonly changes: readonly string[];
}

export interface InMemoryParameterStore extends ParameterStore {
  /** What a person does at the table: replaces an item (`DEFAULT` or a market) whole. */
  write(item: string, attributes: Readonly<Record<string, unknown>>): void;
  /** What was recorded, first seen first. */
  readonly audits: () => readonly ParameterAudit[];
}

export function createInMemoryParameterStore(): InMemoryParameterStore {
  const items = new Map<string, Readonly<Record<string, unknown>>>();
  const audits = new Map<string, ParameterAudit>();
  return {
    read: async (market) =>
      readParameterItems(
        ['DEFAULT', market].map((item) => items.get(item)).filter((item) => item !== undefined),
      ),
    async record(market, reading, at, changes) {
      const key = `${market}/${reading.kind === 'accepted' ? reading.version.version : reading.version}`;
      if (!audits.has(key)) audits.set(key, { market, reading, at, changes });
    },
    write: (item, attributes) => void items.set(item, { ...attributes, market: item }),
    audits: () => [...audits.values()],
  };
}
