import type { TiltStore } from '../../ports/stores/tilt-store.ts';
import { encodeItem, parseItem } from './items/item.ts';
import { openStateTable, stateKey, type StateTableOptions } from './table/state-table.ts';
import { tiltItem } from './items/tilt-item.ts';

const keyOf = (market: string) => stateKey(market, 'TILT');

/**
 * The last tilt of each market in the State table: one per funding time, and no earlier one after a
 * later.
 */
export function createDynamoTiltStore(options: StateTableOptions): TiltStore {
  const state = openStateTable(options);
  return {
    async read(market) {
      const raw = await state.get(keyOf(market));
      return raw === undefined ? undefined : parseItem(tiltItem, raw, state.where(keyOf(market)));
    },

    set: (tilt) => {
      const key = keyOf(tilt.market);
      return state.putIf(key, encodeItem(tiltItem, tilt, state.where(key)), {
        when: 'attribute_not_exists(#item) OR #fundingTime < :fundingTime OR NOT attribute_type(#fundingTime, :number)',
        values: { ':fundingTime': tilt.fundingTime, ':number': 'N' },
      });
    },

    list: async () =>
      (await state.listed('TILT')).flatMap((raw) => state.readable(tiltItem, raw) ?? []),
  };
}
