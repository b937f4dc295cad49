import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { HedgeStatus } from '../../domain/hedge.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { HedgeStore } from '../../ports/hedge-store.ts';
import { hedgeItem, hedgeStatus } from './hedge-item.ts';
import { encodeItem, parseItem } from './item.ts';
import { readItem, unlessRefused } from './send.ts';
import { type StateKey, stateKey } from './state-key.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

export interface DynamoHedgeStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
}

/** A new status and when it may be set; `#status`, `#kind` and `#writeId` are named already. */
interface Transition {
  readonly to: HedgeStatus;
  readonly condition: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * Hedges in the State table. A claim holds up to and including its expiry; who completes must still
 * hold it.
 */
export function createDynamoHedgeStore({ client, table }: DynamoHedgeStoreOptions): HedgeStore {
  const item = (market: MarketId, id: string): StateKey => stateKey(market, `HEDGE#${id}`);

  async function setStatus(
    { key, where }: StateKey,
    { to, condition, names, values }: Transition,
  ): Promise<boolean> {
    const command = new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: 'SET #status = :status, #writeId = :writeId',
      ConditionExpression: orOwnWrite(condition),
      ExpressionAttributeNames: {
        '#status': 'status',
        '#kind': 'kind',
        '#writeId': 'writeId',
        ...names,
      },
      ExpressionAttributeValues: {
        ':status': encodeItem(hedgeStatus, to, where),
        ':writeId': newWriteId(),
        ...values,
      },
    });
    return (await unlessRefused(where, () => client.send(command))) !== undefined;
  }

  return {
    async open(intent) {
      const { key, where } = item(intent.market, intent.id);
      const writeId = newWriteId();
      const command = new PutCommand({
        TableName: table,
        Item: {
          ...encodeItem(hedgeItem, { intent, status: { kind: 'open' } }, where),
          ...key,
          writeId,
        },
        ConditionExpression: orOwnWrite('attribute_not_exists(#item)'),
        ExpressionAttributeNames: { '#item': 'item', '#writeId': 'writeId' },
        ExpressionAttributeValues: { ':writeId': writeId },
      });
      return (await unlessRefused(where, () => client.send(command))) !== undefined;
    },

    async read(market, id) {
      const { key, where } = item(market, id);
      const raw = await readItem(client, table, key, where);
      return raw === undefined ? undefined : parseItem(hedgeItem, raw, where);
    },

    claim: (market, id, by, now, ttlMs) =>
      setStatus(item(market, id), {
        to: { kind: 'claimed', by, expiresAt: epochMs(now + ttlMs) },
        condition:
          '#status.#kind = :open OR (#status.#kind = :claimed AND #status.#expiresAt < :now)',
        names: { '#expiresAt': 'expiresAt' },
        values: { ':open': 'open', ':claimed': 'claimed', ':now': now },
      }),

    complete: (market, id, by, outcome, at) =>
      setStatus(item(market, id), {
        to: { kind: 'done', outcome, at },
        condition: '#status.#kind = :claimed AND #status.#by = :by',
        names: { '#by': 'by' },
        values: { ':claimed': 'claimed', ':by': by },
      }),
  };
}
