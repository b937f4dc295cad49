import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { portOf } from './aws-endpoints.ts';
import type { LocalTable } from './template/deployment.ts';

/** The deployment's tables in an embedded DynamoDB, over its real HTTP API. */
export interface DynamoTables {
  readonly url: string;
  put(table: string, item: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sets one attribute, as a person edits a parameter. */
  set(
    table: string,
    key: Readonly<Record<string, string>>,
    attribute: string,
    value: unknown,
  ): Promise<void>;
  close(): Promise<void>;
}

const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

export async function openDynamoTables(tables: readonly LocalTable[]): Promise<DynamoTables> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  const client = new DynamoDBClient({ ...LOCAL, endpoint: url });
  const close = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  try {
    for (const table of tables) await client.send(createTable(table));
  } catch (error) {
    await close();
    throw error;
  }
  const documents = DynamoDBDocumentClient.from(client);
  return {
    url,
    put: async (table, item) =>
      void (await documents.send(new PutCommand({ TableName: table, Item: item }))),
    set: async (table, key, attribute, value) =>
      void (await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: 'SET #attribute = :value',
          ExpressionAttributeNames: { '#attribute': attribute },
          ExpressionAttributeValues: { ':value': value },
        }),
      )),
    close,
  };
}

const createTable = ({ name, keys }: LocalTable): CreateTableCommand =>
  new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((key) => ({ AttributeName: key.name, KeyType: key.kind })),
    AttributeDefinitions: keys.map((key) => ({
      AttributeName: key.name,
      AttributeType: key.type === 'N' ? 'N' : 'S',
    })),
  });
