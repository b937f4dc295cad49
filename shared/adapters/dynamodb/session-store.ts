import { InvariantError } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Saved, SessionStore } from '../../ports/stores/session-store.ts';
import { type Attributes, encodeItem } from './items/item.ts';
import { readItems } from './table/joined-reads.ts';
import { brainItem, markItem, sessionFields, sessionItem } from './items/session-item.ts';
import { SESSION_VERSION } from './items/session-versions.ts';
import { openStateTable, parsed, stateKey, type StateTableOptions } from './table/state-table.ts';

/** Three quarters of what DynamoDB takes: a thousand orders that ended, with every markout, fit. */
const MAX_SESSION_BYTES = 300_000;

/** SESSION, BRAIN and MARK in the State table, each saved whole, under the fence of its writer. */
export function createDynamoSessionStore(options: StateTableOptions): SessionStore {
  const state = openStateTable(options);
  const save = async (
    key: ReturnType<typeof stateKey>,
    attributes: Attributes,
    fence: number,
    { name, at, over = fence }: Made,
  ): Promise<Saved> => {
    const { group } = attributes;
    const saved = await state.putIf(key, attributes, {
      when: unlessNewer(name),
      values: { ':fence': fence, ':at': at, ':number': 'N', ':group': group ?? '', ':over': over },
    });
    if (saved) return 'saved';
    const kept = (await state.get(key)) ?? attributes;
    const isTaken = Number(kept['fence']) > fence || kept['group'] !== group;
    return isTaken ? 'fenced-off' : 'outdated';
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
    async save(session, over = 0) {
      const key = stateKey(session.market, 'SESSION');
      const written = { ...sessionFields(session), version: SESSION_VERSION };
      const item = encodeItem(sessionItem, written, state.where(key));
      const bytes = Buffer.byteLength(JSON.stringify(item));
      if (bytes > MAX_SESSION_BYTES)
        throw new InvariantError(
          `${state.where(key)}: ${bytes} bytes with ${session.orders.working.length} orders; allowed: ${MAX_SESSION_BYTES}`,
        );
      return save(key, item, session.fence, { name: 'savedAt', at: session.savedAt, over });
    },

    async loadBrain(market) {
      const raw = await state.get(stateKey(market, 'BRAIN'));
      return raw === undefined ? undefined : state.readable(brainItem, raw);
    },

    saveBrain: (market, fence, brain, at) => {
      const key = stateKey(market, 'BRAIN');
      const item = { ...encodeItem(brainItem, brain, state.where(key)), fence, at };
      return save(key, item, fence, { name: 'at', at });
    },

    saveMark: (mark) => {
      const key = stateKey(mark.market, 'MARK');
      const item = encodeItem(markItem, mark, state.where(key));
      return save(key, item, mark.fence, { name: 'at', at: mark.at });
    },

    async marks(markets) {
      const wanted = markets.map((market: MarketId) => ({
        table: options.table,
        key: stateKey(market, 'MARK'),
      }));
      const items = await readItems(options.client, wanted, 'State marks');
      return items.flatMap((raw) => state.readable(markItem, raw) ?? []);
    },
  };
}

/** Which attribute says when an item was made, and when it was. */
interface Made {
  readonly name: 'savedAt' | 'at';
  readonly at: number;
  /** Up to which fence one of another group may be replaced; only sessions are a group's. */
  readonly over?: number;
}

/**
 * A fence or a time that is no number is nobody's: what cannot be read must not keep a market
 * untraded.
 */
const unlessNewer = (made: Made['name']): string =>
  [
    'attribute_not_exists(#fence)',
    'NOT attribute_type(#fence, :number)',
    `(#group = :group OR #fence <= :over) AND (#fence < :fence OR (#fence = :fence AND (NOT attribute_type(#${made}, :number) OR #${made} <= :at)))`,
  ].join(' OR ');
