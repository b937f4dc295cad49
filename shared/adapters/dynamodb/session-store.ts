import { InvariantError } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { Saved, SessionStore } from '../../ports/session-store.ts';
import { batchGet } from './batch-get.ts';
import { type Attributes, encodeItem } from './item.ts';
import { brainItem, markItem, sessionItem } from './session-item.ts';
import { openStateTable, parsed, stateKey, type StateTableOptions } from './state-table.ts';

/** Half of what DynamoDB takes. A session of a hundred orders is a tenth of it. */
const MAX_SESSION_BYTES = 200_000;

/** SESSION, BRAIN and MARK in the State table, each saved whole, under the fence of its writer. */
export function createDynamoSessionStore(options: StateTableOptions): SessionStore {
  const state = openStateTable(options);
  /** A fence that is no number is nobody's: what cannot be read must not keep a market untraded. */
  const save = async (
    key: ReturnType<typeof stateKey>,
    attributes: Attributes,
    fence: number,
  ): Promise<Saved> => {
    const saved = await state.putIf(key, attributes, {
      when: 'attribute_not_exists(#fence) OR #fence <= :fence OR NOT attribute_type(#fence, :number)',
      values: { ':fence': fence, ':number': 'N' },
    });
    return saved ? 'saved' : 'fenced-off';
  };

  return {
    async load(market) {
      const key = stateKey(market, 'SESSION');
      const raw = await state.get(key);
      if (raw === undefined) return { kind: 'none' };
      const read = parsed(sessionItem, raw, state.where(key));
      return read.ok
        ? { kind: 'loaded', session: read.value }
        : { kind: 'unreadable', problem: read.problem };
    },

    /** @throws InvariantError for a session that could not be read back or is too large. */
    async save(session) {
      const key = stateKey(session.market, 'SESSION');
      const item = encodeItem(sessionItem, session, state.where(key));
      const bytes = Buffer.byteLength(JSON.stringify(item));
      if (bytes > MAX_SESSION_BYTES)
        throw new InvariantError(
          `${state.where(key)}: ${bytes} bytes with ${session.orders.length} orders; allowed: ${MAX_SESSION_BYTES}`,
        );
      return save(key, item, session.fence);
    },

    async loadBrain(market) {
      const raw = await state.get(stateKey(market, 'BRAIN'));
      return raw === undefined ? undefined : state.readable(brainItem, raw);
    },

    saveBrain: (market, fence, brain, at) => {
      const key = stateKey(market, 'BRAIN');
      return save(key, { ...encodeItem(brainItem, brain, state.where(key)), fence, at }, fence);
    },

    saveMark: (mark) => {
      const key = stateKey(mark.market, 'MARK');
      return save(key, encodeItem(markItem, mark, state.where(key)), mark.fence);
    },

    /** Eventually consistent, for half the price: a mid a second older does no harm. */
    async marks(markets) {
      const wanted = markets.map((market: MarketId) => ({
        table: options.table,
        key: stateKey(market, 'MARK'),
      }));
      const items = await batchGet(options.client, wanted, {
        where: 'State marks',
        consistent: false,
      });
      return items.flatMap((raw) => state.readable(markItem, raw) ?? []);
    },
  };
}
