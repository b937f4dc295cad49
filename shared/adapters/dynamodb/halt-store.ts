import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Halt } from '../../domain/halt.ts';
import { epochMs } from '../../domain/units.ts';
import type { HaltStore } from '../../ports/halt-store.ts';
import { marketIdField } from '../../schema/market-id.ts';
import { double, type Schema, unitOf } from './attribute.ts';
import { encodeItem, parseItem } from './item.ts';
import { readItem, unlessRefused } from './send.ts';
import { stateKey } from './state-key.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

export interface DynamoHaltStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
}

/** HALT in the State table: it is lifted by deleting it, which nothing of ours does. */
export function createDynamoHaltStore({ client, table }: DynamoHaltStoreOptions): HaltStore {
  return {
    async read(market) {
      const { key, where } = stateKey(market, 'HALT');
      const raw = await readItem(client, table, key, where);
      return raw === undefined ? undefined : parseItem(haltItem, raw, where);
    },

    async put(halt) {
      const { key, where } = stateKey(halt.market, 'HALT');
      const writeId = newWriteId();
      const command = new PutCommand({
        TableName: table,
        Item: { ...encodeItem(haltItem, halt, where), ...key, writeId },
        ConditionExpression: orOwnWrite('attribute_not_exists(#item)'),
        ExpressionAttributeNames: { '#item': 'item', '#writeId': 'writeId' },
        ExpressionAttributeValues: { ':writeId': writeId },
      });
      return (await unlessRefused(where, () => client.send(command))) !== undefined;
    },
  };
}

/** HALT in the State table, without its key `item`. */
const haltItem: Schema<Halt> = z.object({
  market: marketIdField,
  at: unitOf(epochMs),
  cause: z.enum(['session-stop-loss', 'daily-loss-limit']),
  text: z.string(),
  netPnlUsd: double,
});
