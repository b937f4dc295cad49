import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../items/item.ts';
import { sent } from './send.ts';
import type { Key } from './table.ts';

/** DynamoDB takes no more keys at once. */
const MOST_KEYS = 100;
/** Keys that it leaves over, because it is asked too much, are asked for so often. */
const MOST_TRIES = 5;

export interface Wanted {
  readonly table: string;
  readonly key: Key;
}

/**
 * Items of several tables in as few calls as can be, in no particular order, strongly consistent.
 * @throws Error naming `where` when some could not be read: an item left out is not one that is not
 * there.
 */
export async function batchGet(
  client: DynamoDBDocumentClient,
  wanted: readonly Wanted[],
  where: string,
): Promise<readonly (Item & { readonly table: string })[]> {
  const chunks = Array.from({ length: Math.ceil(wanted.length / MOST_KEYS) }, (_, index) =>
    wanted.slice(index * MOST_KEYS, (index + 1) * MOST_KEYS),
  );
  const found: (Item & { table: string })[] = [];
  for (const chunk of chunks) {
    let left = byTable(chunk);
    for (let tries = 0; Object.keys(left).length > 0; tries += 1) {
      if (tries === MOST_TRIES) throw new Error(`${where}: not all of it was answered`);
      const command = new BatchGetCommand({ RequestItems: left });
      const { Responses = {}, UnprocessedKeys = {} } = await sent(where, () =>
        client.send(command),
      );
      for (const [table, items] of Object.entries(Responses))
        found.push(...items.map((item) => ({ ...item, table })));
      left = UnprocessedKeys;
    }
  }
  return found;
}

type RequestItems = NonNullable<ConstructorParameters<typeof BatchGetCommand>[0]['RequestItems']>;

function byTable(wanted: readonly Wanted[]): RequestItems {
  return Object.fromEntries(
    [...Map.groupBy(wanted, ({ table }) => table)].map(([table, items]) => [
      table,
      { Keys: items.map(({ key }) => key), ConsistentRead: true },
    ]),
  );
}
