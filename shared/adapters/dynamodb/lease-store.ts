import {
  type DynamoDBDocumentClient,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type { MarketId } from '../../domain/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Lease, LeaseStore } from '../../ports/lease-store.ts';
import { parseLease } from './lease-item.ts';
import { readItem, unlessRefused } from './send.ts';
import { type StateKey, stateKey } from './state-key.ts';
import { newWriteId } from './write-id.ts';

export interface DynamoLeaseStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
}

type Change = Pick<
  UpdateCommandInput,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>;

const OURS = '#owner = :owner AND #fence = :fence';

/**
 * Leases in the State table. One is held up to and including `expiresAt`; each change of hands is
 * one conditional update.
 */
export function createDynamoLeaseStore({ client, table }: DynamoLeaseStoreOptions): LeaseStore {
  const item = (market: MarketId): StateKey => stateKey(market, 'LEASE');

  async function readRaw(market: MarketId): Promise<unknown> {
    const { key, where } = item(market);
    return await readItem(client, table, key, where);
  }

  async function update(
    market: MarketId,
    change: Change,
  ): Promise<UpdateCommandOutput | undefined> {
    const { key, where } = item(market);
    const command = new UpdateCommand({
      TableName: table,
      Key: key,
      ...change,
      ReturnValues: 'ALL_NEW',
    });
    return await unlessRefused(where, () => client.send(command));
  }

  const parse = (market: MarketId, raw: unknown): Lease | undefined =>
    raw === undefined ? undefined : parseLease(market, raw, item(market).where);

  return {
    read: async (market) => parse(market, await readRaw(market)),

    async acquire(market, owner, now, ttlMs) {
      const writeId = newWriteId();
      const taken = await update(market, taking(owner, now, now + ttlMs, writeId));
      if (taken !== undefined) return parse(market, taken.Attributes);
      // The first answer may have been lost and the SDK's retry refused by our own lease: the
      // write's name tells.
      const raw = await readRaw(market);
      return wroteIt(raw, writeId) ? parse(market, raw) : undefined;
    },

    async renew(lease, now, ttlMs) {
      const renewed = await update(lease.market, renewing(lease, now + ttlMs));
      if (renewed !== undefined) return parse(lease.market, renewed.Attributes);
      const stored = parse(lease.market, await readRaw(lease.market));
      return stored !== undefined && stored.owner === lease.owner && stored.fence === lease.fence
        ? stored
        : undefined;
    },

    async requestYield(lease, by) {
      await update(lease.market, {
        UpdateExpression: 'SET #yieldTo = :by',
        ...ifOurs(lease, { '#yieldTo': 'yieldTo' }, { ':by': by }),
      });
    },

    async release(lease) {
      await update(lease.market, {
        UpdateExpression: 'SET #expiresAt = :zero REMOVE #owner, #acquiredAt, #yieldTo',
        ...ifOurs(
          lease,
          { '#expiresAt': 'expiresAt', '#acquiredAt': 'acquiredAt', '#yieldTo': 'yieldTo' },
          { ':zero': 0 },
        ),
      });
    },
  };
}

const taking = (owner: string, now: EpochMs, expiresAt: number, writeId: string): Change => ({
  UpdateExpression:
    'SET #owner = :owner, #acquiredAt = :now, #expiresAt = :expiresAt, #writeId = :writeId REMOVE #yieldTo ADD #fence :one',
  ConditionExpression: 'attribute_not_exists(#owner) OR #expiresAt < :now',
  ExpressionAttributeNames: {
    '#owner': 'owner',
    '#acquiredAt': 'acquiredAt',
    '#expiresAt': 'expiresAt',
    '#writeId': 'writeId',
    '#yieldTo': 'yieldTo',
    '#fence': 'fence',
  },
  ExpressionAttributeValues: {
    ':owner': owner,
    ':now': now,
    ':expiresAt': expiresAt,
    ':writeId': writeId,
    ':one': 1,
  },
});

/**
 * A lease that expired while nobody wanted it may be renewed: whoever takes it raises the fence, so
 * the condition proves that there was no other holder since. It never shortens: a renewal that
 * arrives late must not end a longer one early.
 */
function renewing(lease: Lease, expiresAt: number): Change {
  const ours = ifOurs(lease, { '#expiresAt': 'expiresAt' }, { ':expiresAt': expiresAt });
  return {
    ...ours,
    UpdateExpression: 'SET #expiresAt = :expiresAt',
    ConditionExpression: `${ours.ConditionExpression} AND #expiresAt <= :expiresAt`,
  };
}

const ifOurs = (
  lease: Lease,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | number>>,
) => ({
  ConditionExpression: OURS,
  ExpressionAttributeNames: { '#owner': 'owner', '#fence': 'fence', ...names },
  ExpressionAttributeValues: { ':owner': lease.owner, ':fence': lease.fence, ...values },
});

const wroteIt = (raw: unknown, writeId: string): boolean =>
  typeof raw === 'object' && raw !== null && 'writeId' in raw && raw.writeId === writeId;
