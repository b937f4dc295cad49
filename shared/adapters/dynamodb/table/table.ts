import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Attributes, Item } from '../items/item.ts';
import { sent, unlessRefused } from './send.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

export type Key = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

/** When a write may be done. In every expression `#name` is the attribute of that name. */
export interface Condition {
  readonly when: string;
  readonly values?: Values;
  /** Attributes whose name is no placeholder. */
  readonly names?: Readonly<Record<string, string>>;
}

/** One table. Reads are strongly consistent: what may stop or allow trading is never read stale. */
export interface Table {
  /** How errors name an item: `State purple-flea/BTC-PERP/LEASE`. */
  where(key: Key): string;
  get(key: Key): Promise<Item | undefined>;
  /**
   * False when the condition was not met. A write whose answer is lost and that the SDK sends again
   * finds its own work by its name.
   */
  putIf(key: Key, attributes: Attributes, condition: Condition): Promise<boolean>;
  /**
   * The item after it, or undefined when the condition was not met. `update` as DynamoDB writes it.
   */
  updateIf(key: Key, update: string, condition: Condition): Promise<Item | undefined>;
  /** False when there was nothing to delete. */
  remove(key: Key): Promise<boolean>;
  /** Of one partition, those of which `and` is true of the sort key, in its order. */
  query(
    partition: readonly [name: string, value: string],
    and: Condition,
  ): Promise<readonly Item[]>;
  /** Of the whole table: it is for operators, and costs what the table holds. */
  scan(filter: Condition): Promise<readonly Item[]>;
}

export interface TableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** `title` names the table in errors, whatever it is called on AWS. */
export function openTable(options: TableOptions, title: string): Table {
  const where = (key: Key): string => [title, Object.values(key).join('/')].join(' ');
  return { where, ...oneItem(options, where), ...manyItems(options, title) };
}

function oneItem(
  { client, table: TableName }: TableOptions,
  where: (key: Key) => string,
): Pick<Table, 'get' | 'putIf' | 'updateIf' | 'remove'> {
  return {
    async get(Key) {
      const command = new GetCommand({ TableName, Key, ConsistentRead: true });
      return (await sent(where(Key), () => client.send(command))).Item;
    },
    async putIf(key, attributes, condition) {
      const writeId = newWriteId();
      const command = new PutCommand({
        TableName,
        Item: { ...attributes, ...key, writeId },
        ...conditionOf({
          when: orOwnWrite(condition.when),
          values: { ...condition.values, ':writeId': writeId },
        }),
      });
      return (await unlessRefused(where(key), () => client.send(command))) !== undefined;
    },
    async updateIf(Key, update, condition) {
      const command = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: update,
        ...conditionOf(condition, update),
        ReturnValues: 'ALL_NEW',
      });
      return (await unlessRefused(where(Key), () => client.send(command)))?.Attributes;
    },
    async remove(Key) {
      const command = new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' });
      return (await sent(where(Key), () => client.send(command))).Attributes !== undefined;
    },
  };
}

function manyItems(
  { client, table: TableName }: TableOptions,
  title: string,
): Pick<Table, 'query' | 'scan'> {
  return {
    query: ([name, value], { when, values = {} }) => {
      const expression = `#${name} = :partition AND ${when}`;
      return readAll(`${title} ${value}`, (ExclusiveStartKey) =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: expression,
            ExpressionAttributeNames: namesIn(expression),
            ExpressionAttributeValues: { ...values, ':partition': value },
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        ),
      );
    },
    scan: ({ when, values = {} }) =>
      readAll(title, (ExclusiveStartKey) =>
        client.send(
          new ScanCommand({
            TableName,
            FilterExpression: when,
            ExpressionAttributeNames: namesIn(when),
            ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        ),
      ),
  };
}

async function readAll(
  what: string,
  page: (start: Item | undefined) => Promise<Page>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await sent(what, () => page(start));
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

interface Page {
  readonly Items?: Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

const conditionOf = ({ when, values = {}, names = {} }: Condition, update = '') => ({
  ConditionExpression: when,
  ExpressionAttributeNames: { ...namesIn(`${when} ${update}`), ...names },
  ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
});

/** Every name goes through a placeholder, since DynamoDB reserves hundreds of words. */
const namesIn = (expression: string): Record<string, string> =>
  Object.fromEntries(
    [...expression.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]),
  );
