import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#shared/adapters/dynamodb/table/document-client.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: {
  createTableMs: number;
}) => Server;

export interface DynaliteTables {
  readonly client: DynamoDBDocumentClient;
  readonly parametersTable: string;
  readonly stateTable: string;
  readonly ledgerTable: string;
  /** Another client of the same database. */
  connect(options?: DynamoDBClientConfig): DynamoDBDocumentClient;
  stop(): Promise<void>;
}

/** The three tables in an embedded DynamoDB in memory, on a free port of the loopback. */
export async function startDynaliteTables(): Promise<DynaliteTables> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = (options: DynamoDBClientConfig = {}): DynamoDBDocumentClient =>
    createDocumentClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      ...options,
    });
  const client = connect();
  await createTable(client, 'Parameters', 'market');
  await createTable(client, 'State', 'market', 'item');
  await createTable(client, 'Ledger', 'marketDay', 'timeId');
  return {
    client,
    parametersTable: 'Parameters',
    stateTable: 'State',
    ledgerTable: 'Ledger',
    connect,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function createTable(
  client: DynamoDBDocumentClient,
  name: string,
  ...keys: readonly string[]
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: keys.map((key, index) => ({
        AttributeName: key,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
}
