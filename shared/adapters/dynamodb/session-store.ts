import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { InvariantError } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { TimedMid } from '../../domain/view.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import { encodeItem, parseItem } from './item.ts';
import { readItem, sent, unlessRefused } from './send.ts';
import { markItem, sessionItem } from './session-item.ts';
import { stateKey } from './state-key.ts';

/**
 * Half of what DynamoDB takes. A session of a hundred orders and a thousand booked fills is less
 * than half of it.
 */
const MAX_SESSION_BYTES = 200_000;

export interface DynamoSessionStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
}

async function readMark(
  client: DynamoDBDocumentClient,
  table: string,
  market: MarketId,
): Promise<readonly (readonly [MarketId, TimedMid])[]> {
  const { key, where } = stateKey(market, 'SESSION');
  const command = new GetCommand({
    TableName: table,
    Key: key,
    ProjectionExpression: 'pnl.markPrice, savedAt',
  });
  const { Item: raw } = await sent(where, () => client.send(command));
  if (raw === undefined) return [];
  const { pnl, savedAt } = parseItem(markItem, raw, where);
  return pnl.markPrice === undefined ? [] : [[market, { mid: pnl.markPrice, at: savedAt }]];
}

/** Sessions in the State table, each save whole: what is loaded is always what one save wrote. */
export function createDynamoSessionStore({
  client,
  table,
}: DynamoSessionStoreOptions): SessionStore {
  return {
    async load(market) {
      const { key, where } = stateKey(market, 'SESSION');
      const raw = await readItem(client, table, key, where);
      return raw === undefined ? undefined : parseItem(sessionItem, raw, where);
    },

    /** Eventually consistent, for half the price: a mid a second older does no harm. */
    async marks(markets) {
      const found = await Promise.all(markets.map((market) => readMark(client, table, market)));
      return Object.fromEntries(found.flat());
    },

    /**
     * @throws InvariantError for a session that could not be read back or is too large: cutting it
     * would lose fills.
     */
    async save(session) {
      const { key, where } = stateKey(session.market, 'SESSION');
      const item = encodeItem(sessionItem, session, where);
      const bytes = Buffer.byteLength(JSON.stringify(item));
      if (bytes > MAX_SESSION_BYTES)
        throw new InvariantError(
          `${where}: ${bytes} bytes with ${session.orders.length} orders and ${session.fillCursor.booked.length} fills; allowed: ${MAX_SESSION_BYTES}`,
        );
      const command = new PutCommand({
        TableName: table,
        Item: { ...item, ...key },
        ConditionExpression: 'attribute_not_exists(#fence) OR #fence <= :fence',
        ExpressionAttributeNames: { '#fence': 'fence' },
        ExpressionAttributeValues: { ':fence': session.fence },
      });
      return (await unlessRefused(where, () => client.send(command))) === undefined
        ? 'fenced-off'
        : 'saved';
    },
  };
}
