import type { HedgeRecord, HedgeStatus } from '../../domain/trading/hedge.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { HedgeStore } from '../../ports/stores/hedge-store.ts';
import { hedgeAttempt, hedgeItem, hedgeStatus } from './items/hedge-item.ts';
import { type Attributes, encodeItem, parseItem } from './items/item.ts';
import { openStateTable, stateKey, type StateTableOptions } from './table/state-table.ts';
import type { Condition } from './table/table.ts';
import { newWriteId, orOwnWrite } from './table/write-id.ts';

const keyOf = (market: MarketId) => stateKey(market, 'HEDGE');
const OF_ID = '#intent.#id = :id';

const claimedBy = (id: string, by: string): Condition => ({
  when: `${OF_ID} AND #status.#kind = :claimed AND #status.#by = :by`,
  values: { ':id': id, ':claimed': 'claimed', ':by': by },
});

/**
 * Hedges in the State table, one row a market. A claim holds up to and including its expiry; who
 * completes must still hold it.
 */
export function createDynamoHedgeStore(options: StateTableOptions): HedgeStore {
  const state = openStateTable(options);
  async function set(
    market: MarketId,
    name: 'status' | 'attempt',
    to: Attributes,
    { when, values }: Condition,
  ): Promise<boolean> {
    const after = await state.updateIf(
      keyOf(market),
      `SET #${name} = :${name}, #writeId = :writeId`,
      {
        when: orOwnWrite(when),
        values: { [`:${name}`]: to, ':writeId': newWriteId(), ...values },
      },
    );
    return after !== undefined;
  }
  const setStatus = (market: MarketId, to: HedgeStatus, condition: Condition): Promise<boolean> =>
    set(market, 'status', encodeItem(hedgeStatus, to, state.where(keyOf(market))), condition);

  return {
    open: (intent) => {
      const key = keyOf(intent.market);
      const opened: HedgeRecord = { intent, status: { kind: 'open' }, attempt: undefined };
      const item = encodeItem(hedgeItem, opened, state.where(key));
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

    attempt: (market, id, by, attempt) => {
      const { when, values } = claimedBy(id, by);
      const to = encodeItem(hedgeAttempt, attempt, state.where(keyOf(market)));
      return set(market, 'attempt', to, {
        when: `${when} AND (attribute_not_exists(#attempt.#number) OR #attempt.#number < :number)`,
        values: { ...values, ':number': attempt.number },
      });
    },

    complete: (market, id, by, outcome, at) =>
      setStatus(market, { kind: 'done', outcome, at }, claimedBy(id, by)),

    list: async () =>
      (await state.listed('HEDGE')).flatMap((raw) => state.readable(hedgeItem, raw) ?? []),
  };
}
