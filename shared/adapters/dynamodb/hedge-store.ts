import type { HedgeStatus } from '../../domain/hedge.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { HedgeStore } from '../../ports/hedge-store.ts';
import { hedgeItem, hedgeStatus } from './hedge-item.ts';
import { encodeItem, parseItem } from './item.ts';
import { openStateTable, stateKey, type StateTableOptions } from './state-table.ts';
import type { Condition } from './table.ts';
import { newWriteId, orOwnWrite } from './write-id.ts';

const keyOf = (market: MarketId) => stateKey(market, 'HEDGE');
const OF_ID = '#intent.#id = :id';

/**
 * Hedges in the State table, one row a market. A claim holds up to and including its expiry; who
 * completes must still hold it.
 */
export function createDynamoHedgeStore(options: StateTableOptions): HedgeStore {
  const state = openStateTable(options);
  async function setStatus(
    market: MarketId,
    to: HedgeStatus,
    { when, values }: Condition,
  ): Promise<boolean> {
    const key = keyOf(market);
    const after = await state.updateIf(key, 'SET #status = :status, #writeId = :writeId', {
      when: orOwnWrite(when),
      values: {
        ':status': encodeItem(hedgeStatus, to, state.where(key)),
        ':writeId': newWriteId(),
        ...values,
      },
    });
    return after !== undefined;
  }

  return {
    open: (intent) => {
      const key = keyOf(intent.market);
      const item = encodeItem(hedgeItem, { intent, status: { kind: 'open' } }, state.where(key));
      return state.putIf(key, item, {
        // One that is done stays done: its id is not opened again.
        when: 'attribute_not_exists(#item) OR (#status.#kind = :done AND #intent.#id <> :id)',
        values: { ':done': 'done', ':id': intent.id },
      });
    },

    async read(market) {
      const raw = await state.get(keyOf(market));
      return raw === undefined ? undefined : parseItem(hedgeItem, raw, state.where(keyOf(market)));
    },

    claim: (market, id, by, now, ttlMs) =>
      setStatus(
        market,
        { kind: 'claimed', by, expiresAt: epochMs(now + ttlMs) },
        {
          when: `${OF_ID} AND (#status.#kind = :open OR (#status.#kind = :claimed AND #status.#expiresAt < :now))`,
          values: { ':id': id, ':open': 'open', ':claimed': 'claimed', ':now': now },
        },
      ),

    complete: (market, id, by, outcome, at) =>
      setStatus(
        market,
        { kind: 'done', outcome, at },
        {
          when: `${OF_ID} AND #status.#kind = :claimed AND #status.#by = :by`,
          values: { ':id': id, ':claimed': 'claimed', ':by': by },
        },
      ),

    list: async () =>
      (await state.listed('HEDGE')).flatMap((raw) => state.readable(hedgeItem, raw) ?? []),
  };
}
