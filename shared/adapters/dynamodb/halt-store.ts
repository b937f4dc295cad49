import type { Halt } from '../../domain/trading/halt.ts';
import { parseMarketId } from '../../domain/venue/market-id.ts';
import type { HaltStore } from '../../ports/stores/halt-store.ts';
import { haltItem, readHalt } from './items/halt-item.ts';
import { encodeItem, type Item } from './items/item.ts';
import { openStateTable, stateKey, type StateTableOptions } from './table/state-table.ts';

const keyOf = (market: string) => stateKey(market, 'HALT');

/** HALT in the State table: it is lifted by deleting it, which a person does. */
export function createDynamoHaltStore(options: StateTableOptions): HaltStore {
  const state = openStateTable(options);
  const listed = (raw: Item): readonly Halt[] => {
    const market = parseMarketId(String(raw['market']));
    if (market !== undefined) return [readHalt(market, raw, state.where(keyOf(market)))];
    options.log.warn('a halt of no market', { market: raw['market'] });
    return [];
  };
  return {
    async read(market) {
      const raw = await state.get(keyOf(market));
      return raw === undefined ? undefined : readHalt(market, raw, state.where(keyOf(market)));
    },

    put: (halt) => {
      const key = keyOf(halt.market);
      return state.putIf(key, encodeItem(haltItem, halt, state.where(key)), {
        when: 'attribute_not_exists(#item)',
      });
    },

    async lift(market, { by, reason, at }) {
      const raw = await state.get(keyOf(market));
      if (raw === undefined) return 'none';
      const { market: _market, item: _item, writeId: _writeId, ...halt } = raw;
      const key = stateKey(market, `LIFTED#${at}`);
      const lifted = { by, reason, at, halt: JSON.stringify(halt) };
      await state.putIf(key, lifted, { when: 'attribute_not_exists(#item)' });
      return (await state.remove(keyOf(market))) ? 'lifted' : 'none';
    },

    list: async () => (await state.listed('HALT')).flatMap(listed),
  };
}
