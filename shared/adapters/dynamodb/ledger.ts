import { InvariantError } from '../../domain/failure.ts';
import { byTimeThenName, type StoredFact, timeOf } from '../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { DAY_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import { encodeItem, type Item, parseItem } from './items/item.ts';
import { ledgerItem, ledgerKey, marketDay, timePrefix } from './items/ledger-item.ts';
import { type Key, openTable, type TableOptions } from './table/table.ts';

/** Each day of a window costs at least one query. */
const MAX_DAYS_READ = 400;

/**
 * Facts in the Ledger table, one partition per market and UTC day, written once and never changed.
 */
export function createDynamoLedger(options: TableOptions): Ledger {
  const table = openTable(options, 'Ledger');
  const parse = (raw: Item, key: Key): StoredFact => parseItem(ledgerItem, raw, table.where(key));

  return {
    async append(fact) {
      const key = ledgerKey(fact.entry);
      const written = await table.putIf(key, encodeItem(ledgerItem, fact, table.where(key)), {
        when: 'attribute_not_exists(#timeId)',
      });
      if (written) return { kind: 'written' };
      const stored = await table.get(key);
      if (stored === undefined)
        throw new InvariantError(`${table.where(key)}: refused as there, and not there`);
      return { kind: 'already-there', stored: parse(stored, key) };
    },

    /**
     * @throws InvariantError for a window of more than 400 days; InputError naming the key and
     * attribute that is wrong.
     */
    async read(market, from, to) {
      const facts: StoredFact[] = [];
      for (const partition of partitionsOf(market, from, to)) {
        const items = await table.query(['marketDay', partition], {
          when: '#timeId BETWEEN :first AND :last',
          values: { ':first': timePrefix(from), ':last': `${timePrefix(to)}~` },
        });
        for (const raw of items)
          facts.push(parse(raw, { marketDay: partition, timeId: String(raw['timeId']) }));
      }
      // Keys hold whole milliseconds, facts exact times: the last word is the fact's.
      return facts
        .filter(({ entry }) => timeOf(entry) >= from && timeOf(entry) < to)
        .sort(byTimeThenName);
    },
  };
}

function partitionsOf(market: MarketId, from: EpochMs, to: EpochMs): readonly string[] {
  if (to <= from) return [];
  const firstDay = Math.floor(from / DAY_MS);
  const days = Math.ceil(to / DAY_MS) - firstDay;
  if (days > MAX_DAYS_READ)
    throw new InvariantError(
      `Ledger ${market}: a window of ${days} days; allowed: ${MAX_DAYS_READ}`,
    );
  return Array.from({ length: days }, (_, index) =>
    marketDay(market, epochMs((firstDay + index) * DAY_MS)),
  );
}
