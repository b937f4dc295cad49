import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { Log } from '../../../ports/log.ts';
import { InputError } from '../../../domain/failure.ts';
import type { Schema } from '../items/attribute.ts';
import { type Item, parseItem } from '../items/item.ts';
import { readItems } from './joined-reads.ts';
import { type Key, openTable, type Table } from './table.ts';

/** What every store of the State table is given. */
export interface StateTableOptions {
  readonly client: DynamoDBDocumentClient;
  /** The State table. */
  readonly table: string;
  /** Told of what is left out because it cannot be read. */
  readonly log: Pick<Log, 'warn'>;
}

/** The State table: partition `market` (a group's name for LEASE), sort `item`. */
export interface StateTable extends Table {
  /** Every item of that name. */
  listed(item: string): Promise<readonly Item[]>;
  /** Undefined where it cannot be read: then the log is told key and attribute. */
  readable<T>(schema: Schema<T>, raw: Item): T | undefined;
}

export function openStateTable({ client, table, log }: StateTableOptions): StateTable {
  const state = openTable({ client, table }, 'State');
  return {
    ...state,
    get: async (key) => {
      const [found] = await readItems(client, [{ table, key }], state.where(key));
      if (found === undefined) return undefined;
      const { table: _, ...item } = found;
      return item;
    },
    listed: (item) => state.scan({ when: '#item = :item', values: { ':item': item } }),
    readable(schema, raw) {
      const key = stateKey(String(raw['market']), String(raw['item']));
      const read = parsed(schema, raw, state.where(key));
      if (read.ok) return read.value;
      log.warn('an item cannot be read and is left out', { problem: read.problem });
      return undefined;
    },
  };
}

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** As parseItem, with the problem as a value. */
export function parsed<T>(schema: Schema<T>, raw: unknown, where: string): Parsed<T> {
  try {
    return { ok: true, value: parseItem(schema, raw, where) };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, problem: error.message };
    throw error;
  }
}

export const stateKey = (market: MarketId | string, item: string): Key => ({ market, item });
