import { describe, expect, it } from 'vitest';
import { bookEntry } from '#shared/accounting/from-ledger.ts';
import { markTo, netPnlUsd, NO_PROFIT_YET } from '#shared/accounting/profit-and-loss.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { price } from '#shared/domain/units.ts';
import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';
import type { Ledger } from '#shared/ports/stores/ledger.ts';
import type { MarketData } from '#shared/ports/market-data.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  inOrder,
  KEY,
  openFloor,
  quietMarket,
  savedSession,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

describe('a fact that an earlier holder wrote late', () => {
  // Whatever number it bears: below, at, and beyond what the holder of now had loaded.
  for (const number of [1, 2, 3, 7])
    it(`is what the books hold, at its mid, and neither lost nor booked twice: number ${number} (E1)`, async () => {
      const floor = openFloor({
        events: inOrder(
          quietMarket(200),
          print(8200, 'sell', 99_900, 5),
          print(14_200, 'buy', 100_300, 5),
          print(72_200, 'sell', 99_900, 5),
        ),
        written: { spreadModel: 'fixed', baseSpreadBps: 10 },
      });
      const { ledger } = floor.deps;
      let late: StoredFact | undefined;
      const append: Ledger['append'] = async (fact) => {
        if (fact.entry.kind === 'fill' && late === undefined) {
          late = { number, fence: 1, entry: { ...fact.entry, mid: price(99_990) } };
          await ledger.append(late);
        }
        return ledger.append(fact);
      };
      floor.invoke(0, 'a', { sessionMs: 30_000 });
      floor.invoke(60_000, 'b', { ledger: { read: ledger.read, append } });
      await floor.runFor(130_000);

      expect(late).toBeDefined();
      expect(floor.fills().venue).toHaveLength(3);
      expect(floor.fills().ledger).toEqual(floor.fills().venue);
      expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toEqual([]);
      const mid = price(100_000);
      const { lot } = aSpec({ lot: 0.00001 });
      const byLedger = ledger
        .all()
        .reduce((sum, { entry }) => bookEntry(sum, entry, lot), NO_PROFIT_YET);
      const session = await savedSession(floor);
      expect(session.pnl.position.size).toBe(floor.held());
      expect(session.pnl.spreadIncomeUsd).toBeCloseTo(byLedger.spreadIncomeUsd, 9);
      expect(session.pnl.fills).toBe(3);
      const equity = marketEquityUsd(floor.exchange.account(KEY).holding(SYMBOL), mid);
      expect(netPnlUsd(markTo(session.pnl, mid))).toBeCloseTo(equity, 9);
    });
});

describe('a fact that is written when its writer has gone', () => {
  /** The first execution stays on its way to the ledger, and after 20 s no list shows it. */
  function forgetting(floor: TradingFloor): {
    readonly over: Partial<GroupDeps>;
    arrive(): Promise<void>;
  } {
    const { ledger, venue } = floor.deps.group;
    const { history, data } = venue;
    let first: StoredFact | undefined;
    const append: Ledger['append'] = (fact) => {
      if (fact.entry.kind === 'fill') first ??= fact;
      return fact.entry.kind === 'fill' && fact.entry.fill.id === idOf(first)
        ? new Promise(() => undefined)
        : ledger.append(fact);
    };
    const fills: typeof history.fills = async (market, since) => {
      const listed = await history.fills(market, since);
      if (!listed.ok || floor.clock.now() < after(20_000)) return listed;
      const shown = listed.value.fills.filter(({ id }) => id !== idOf(first));
      return { ok: true, value: { ...listed.value, fills: shown } };
    };
    const book: MarketData['book'] = async (market) => {
      const now = floor.clock.now();
      if (now < after(20_000) || now >= after(22_000)) return data.book(market);
      // An adapter that breaks its promise: what is read next is not there.
      return { ok: true, value: {} } as never;
    };
    return {
      over: {
        ledger: { read: ledger.read, append },
        venue: { ...venue, history: { ...history, fills }, data: { ...data, book } },
      },
      async arrive() {
        if (first === undefined) throw new Error('nothing was on its way');
        await ledger.append(first);
      },
    };
  }
  const idOf = (fact: StoredFact | undefined): string | undefined =>
    fact?.entry.kind === 'fill' ? fact.entry.fill.id : undefined;

  for (const next of ['another', 'itself, begun anew'] as const)
    it(`and never shown to ${next}, is in the books of who comes after (E1)`, async () => {
      const floor = openFloor({
        events: inOrder(
          quietMarket(300),
          print(18_200, 'sell', 99_900, 5),
          // Of another: what the first has left resting, which the second finds executed.
          print(next === 'another' ? 45_200 : 65_200, 'buy', 100_300, 5),
        ),
        written: { spreadModel: 'fixed', baseSpreadBps: 10 },
      });
      const { over, arrive } = forgetting(floor);
      const [a, b] = [aProcess(), aProcess()];
      floor.invoke(0, 'a', a.inside({ ...floor.deps.group, ...over }));
      if (next === 'another') {
        floor.doAt(20_000, a.kill);
        floor.invoke(50_000, 'b', b.inside({ ...floor.deps.group, ...over }));
      }
      floor.doAt(75_000, arrive);
      floor.doAt(95_000, a.kill);
      floor.doAt(95_000, b.kill);
      floor.invoke(130_000, 'c', over);
      await floor.runFor(290_000);

      expect(floor.fills().venue).toHaveLength(2);
      expect(floor.fills().ledger).toEqual(floor.fills().venue);
      expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toEqual([]);
      const { pnl } = await savedSession(floor);
      expect(pnl).toMatchObject({ fills: 2, position: { size: floor.held() } });
    });
});
