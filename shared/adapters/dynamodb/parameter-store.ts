import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ParameterReading, ParameterStore } from '../../ports/parameter-store.ts';
import { encodeItem, type Item } from './item.ts';
import { FOR_ALL_MARKETS, parameterAuditItem, readParameterItems } from './parameter-items.ts';
import { readItem, unlessRefused } from './send.ts';
import { stateKey } from './state-key.ts';

export interface DynamoParameterStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** What people edit: key `market`. */
  readonly parametersTable: string;
  /** Where the audit is kept: the State table. */
  readonly stateTable: string;
}

/** Parameters as people edit them, and the audit of every version seen. */
export function createDynamoParameterStore({
  client,
  parametersTable,
  stateTable,
}: DynamoParameterStoreOptions): ParameterStore {
  const readWritten = async (market: string): Promise<Item | undefined> =>
    await readItem(client, parametersTable, { market }, `Parameters ${market}`);

  return {
    async read(market) {
      const items = await Promise.all([readWritten(FOR_ALL_MARKETS), readWritten(market)]);
      return readParameterItems(items.filter((item) => item !== undefined));
    },

    async record(market, reading, at, changes) {
      const { key, where } = stateKey(market, `PARAMS#${versionOf(reading)}`);
      const audit = { ...auditOf(reading), firstSeenAt: at, changes };
      const command = new PutCommand({
        TableName: stateTable,
        Item: { ...encodeItem(parameterAuditItem, audit, where), ...key },
        ConditionExpression: 'attribute_not_exists(#item)',
        ExpressionAttributeNames: { '#item': 'item' },
      });
      await unlessRefused(where, () => client.send(command));
    },
  };
}

const versionOf = (reading: ParameterReading): string =>
  reading.kind === 'accepted' ? reading.version.version : reading.version;

const auditOf = (reading: ParameterReading): object =>
  reading.kind === 'accepted'
    ? { status: reading.kind, values: reading.version.values }
    : { status: reading.kind, problems: reading.problems };
