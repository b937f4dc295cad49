import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { FundingTilt } from '../../domain/tilt.ts';
import { epochMs } from '../../domain/units.ts';
import type { TiltStore } from '../../ports/tilt-store.ts';
import { marketIdField } from '../../schema/market-id.ts';
import { double, type Schema, unitOf } from './attribute.ts';
import { encodeItem, parseItem } from './item.ts';
import { readItem, unlessRefused } from './send.ts';
import { stateKey } from './state-key.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

export interface DynamoTiltStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
}

/**
 * The last tilt of each market in the State table: one per funding time, and no earlier one after a
 * later.
 */
export function createDynamoTiltStore({ client, table }: DynamoTiltStoreOptions): TiltStore {
  return {
    async read(market) {
      const { key, where } = stateKey(market, 'TILT');
      const raw = await readItem(client, table, key, where);
      return raw === undefined ? undefined : parseItem(tiltItem, raw, where);
    },

    async set(tilt) {
      const { key, where } = stateKey(tilt.market, 'TILT');
      const writeId = newWriteId();
      const command = new PutCommand({
        TableName: table,
        Item: { ...encodeItem(tiltItem, tilt, where), ...key, writeId },
        ConditionExpression: orOwnWrite(
          'attribute_not_exists(#item) OR #fundingTime < :fundingTime',
        ),
        ExpressionAttributeNames: {
          '#item': 'item',
          '#fundingTime': 'fundingTime',
          '#writeId': 'writeId',
        },
        ExpressionAttributeValues: { ':fundingTime': tilt.fundingTime, ':writeId': writeId },
      });
      return (await unlessRefused(where, () => client.send(command))) !== undefined;
    },
  };
}

const time = unitOf(epochMs);

/** TILT in the State table, without its key `item`. */
const tiltItem: Schema<FundingTilt> = z.object({
  market: marketIdField,
  action: z.enum(['lean_long', 'lean_short', 'neutral']),
  rateBps: double,
  annualisedYieldPct: double,
  targetRatio: double,
  fundingTime: time,
  setAt: time,
  expiresAt: time,
  reason: z.string(),
});
