import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Control, ControlStore } from '../../ports/stores/control-store.ts';
import { createParameterReader, itemsOf } from '../../schema/parameters/parameter-items.ts';
import { readHalt } from './items/halt-item.ts';
import type { Item } from './items/item.ts';
import { readItems } from './table/joined-reads.ts';
import { parsed, stateKey } from './table/state-table.ts';
import { tiltItem } from './items/tilt-item.ts';

export interface DynamoControlStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** What people edit: key `market`. */
  readonly parametersTable: string;
  readonly stateTable: string;
}

/** Parameters, TILT and HALT of several markets, in one call up to twenty of them. */
export function createDynamoControlStore({
  client,
  parametersTable,
  stateTable,
}: DynamoControlStoreOptions): ControlStore {
  const readParameters = createParameterReader();
  const controlOf = (
    market: MarketId,
    written: ReadonlyMap<string, Item>,
    state: ReadonlyMap<string, Item>,
  ): Control => {
    const { reading, unread } = readParameters(market, written);
    const [tilt, halt] = [state.get(`${market}/TILT`), state.get(`${market}/HALT`)];
    const leaning = tilt === undefined ? undefined : parsed(tiltItem, tilt, `State ${market}/TILT`);
    return {
      parameters: reading,
      tilt: leaning?.ok === true ? leaning.value : undefined,
      halt: halt === undefined ? undefined : readHalt(market, halt, `State ${market}/HALT`),
      unread: leaning?.ok === false ? [...unread, leaning.problem] : unread,
    };
  };
  return {
    async read(markets) {
      const written = new Set(markets.flatMap(itemsOf));
      const wanted = [
        ...[...written].map((market) => ({ table: parametersTable, key: { market } })),
        ...markets.flatMap((market) =>
          ['TILT', 'HALT'].map((item) => ({ table: stateTable, key: stateKey(market, item) })),
        ),
      ];
      const found = await readItems(client, wanted, 'Control');
      const [parameters, state] = [new Map<string, Item>(), new Map<string, Item>()];
      for (const { table, ...item } of found) {
        if (table === parametersTable) parameters.set(String(item['market']), item);
        else state.set(`${String(item['market'])}/${String(item['item'])}`, item);
      }
      return new Map(markets.map((market) => [market, controlOf(market, parameters, state)]));
    },
  };
}
