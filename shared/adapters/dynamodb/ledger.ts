import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { InvariantError } from '../../domain/failure.ts';
import { type LedgerEntry, timeOf } from '../../domain/ledger-entry.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { DAY_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { encodeItem, type Item, parseItem } from './item.ts';
import { ledgerItem, ledgerKey, marketDay, timePrefix } from './ledger-item.ts';
import { sent, unlessRefused } from './send.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

/** Each day of a window costs at least one query. */
const MAX_DAYS_READ = 400;

export interface DynamoLedgerOptions {
  readonly client: DynamoDBDocumentClient;
  /** The Ledger table. */
  readonly table: string;
}

/**
 * Facts in the Ledger table, one partition per market and UTC day, written once and never changed.
 */
export function createDynamoLedger({ client, table }: DynamoLedgerOptions): Ledger {
  async function* itemsBetween(
    partition: string,
    first: string,
    last: string,
  ): AsyncGenerator<Item> {
    let start: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#marketDay = :marketDay AND #timeId BETWEEN :first AND :last',
        ExpressionAttributeNames: { '#marketDay': 'marketDay', '#timeId': 'timeId' },
        ExpressionAttributeValues: { ':marketDay': partition, ':first': first, ':last': last },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      });
      const page = await sent(`Ledger ${partition}`, () => client.send(command));
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    async append(entry) {
      const key = ledgerKey(entry);
      const where = whereOf(key.marketDay, key.timeId);
      const writeId = newWriteId();
      const command = new PutCommand({
        TableName: table,
        Item: { ...encodeItem(ledgerItem, entry, where), ...key, writeId },
        ConditionExpression: orOwnWrite('attribute_not_exists(#timeId)'),
        ExpressionAttributeNames: { '#timeId': 'timeId', '#writeId': 'writeId' },
        ExpressionAttributeValues: { ':writeId': writeId },
      });
      return (await unlessRefused(where, () => client.send(command))) === undefined
        ? 'already-there'
        : 'written';
    },

    /**
     * @throws InvariantError for a window of more than 400 days; InputError naming the key and
     * attribute that is wrong.
     */
    async read(market, from, to) {
      const entries: LedgerEntry[] = [];
      for (const partition of partitionsOf(market, from, to))
        for await (const item of itemsBetween(partition, timePrefix(from), `${timePrefix(to)}~`))
          entries.push(parseItem(ledgerItem, item, whereOf(partition, String(item['timeId']))));
      return inWindow(entries, from, to);
    },
  };
}

/** Keys hold whole milliseconds, facts exact times: the last word is the fact's. */
export const inWindow = (
  entries: readonly LedgerEntry[],
  from: EpochMs,
  to: EpochMs,
): readonly LedgerEntry[] =>
  entries
    .map((entry) => ({ entry, at: timeOf(entry), timeId: ledgerKey(entry).timeId }))
    .filter(({ at }) => at >= from && at < to)
    .sort((a, b) => a.at - b.at || (a.timeId < b.timeId ? -1 : 1))
    .map(({ entry }) => entry);

const whereOf = (partition: string, timeId: string): string => `Ledger ${partition}/${timeId}`;

function partitionsOf(market: MarketId, from: EpochMs, to: EpochMs): readonly string[] {
  if (to <= from) return [];
  const firstDay = Math.floor(from / DAY_MS);
  const days = Math.ceil(to / DAY_MS) - firstDay;
  if (days > MAX_DAYS_READ)
    throw new InvariantError(
      `Ledger ${market}: a window of ${days} days; allowed: ${MAX_DAYS_READ}`,
    );
  return Array.from({ length: days }, (_, index) =>
    marketDay(market, epochMs((firstDay + index) * DAY_MS)),
  );
}
