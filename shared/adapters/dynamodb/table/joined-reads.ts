import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet, type Wanted } from './batch-get.ts';
import type { Item } from '../items/item.ts';
import { sent } from './send.ts';

/** An item of some table. */
export type Found = Item & { readonly table: string };

interface Asked {
  readonly wanted: readonly Wanted[];
  readonly where: string;
  readonly answered: (found: readonly Found[]) => void;
  readonly failed: (error: unknown) => void;
}

/** What is asked for in this moment, by connection. */
const asking = new WeakMap<DynamoDBDocumentClient, Asked[]>();

/**
 * Items in no particular order, strongly consistent. Whatever stores of one connection ask for in
 * the same moment is one call for all of them, and fails for all of them.
 * @throws Error naming `where` and what it was asked with.
 */
export function readItems(
  client: DynamoDBDocumentClient,
  wanted: readonly Wanted[],
  where: string,
): Promise<readonly Found[]> {
  return new Promise((answered, failed) => {
    const asked = { wanted, where, answered, failed };
    const others = asking.get(client);
    if (others !== undefined) return void others.push(asked);
    const all = [asked];
    asking.set(client, all);
    queueMicrotask(() => {
      asking.delete(client);
      void answer(client, all);
    });
  });
}

async function answer(client: DynamoDBDocumentClient, all: readonly Asked[]): Promise<void> {
  const wanted = new Map(all.flatMap((asked) => asked.wanted).map((one) => [nameOf(one), one]));
  try {
    const found = await read(
      client,
      [...wanted.values()],
      all.map(({ where }) => where).join(', '),
    );
    for (const one of all)
      one.answered(one.wanted.flatMap((each) => found.get(nameOf(each)) ?? []));
  } catch (error) {
    for (const { failed } of all) failed(error);
  }
}

async function read(
  client: DynamoDBDocumentClient,
  wanted: readonly Wanted[],
  where: string,
): Promise<ReadonlyMap<string, Found>> {
  const [first, ...others] = wanted;
  const found =
    first !== undefined && others.length === 0
      ? await getOne(client, first, where)
      : await batchGet(client, wanted, where);
  const keysOf = new Map(wanted.map(({ table, key }) => [table, Object.keys(key)]));
  return new Map(
    found.map((item) => {
      const names = keysOf.get(item.table) ?? [];
      const key = Object.fromEntries(names.map((name) => [name, String(item[name])]));
      return [nameOf({ table: item.table, key }), item];
    }),
  );
}

async function getOne(
  client: DynamoDBDocumentClient,
  { table, key: Key }: Wanted,
  where: string,
): Promise<readonly Found[]> {
  const command = new GetCommand({ TableName: table, Key, ConsistentRead: true });
  const { Item } = await sent(where, () => client.send(command));
  return Item === undefined ? [] : [{ ...Item, table }];
}

const nameOf = ({ table, key }: Wanted): string =>
  JSON.stringify([table, Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))]);
