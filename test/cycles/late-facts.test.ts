import { describe, expect, it } from 'vitest';
import { bookEntry } from '#shared/accounting/from-ledger.ts';
import { markTo, netPnlUsd, NO_PROFIT_YET } from '#shared/accounting/profit-and-loss.ts';
import type { StoredFact } from '#shared/domain/ledger-entry.ts';
import { price } from '#shared/domain/units.ts';
import type { Ledger } from '#shared/ports/ledger.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';
import {
  inOrder,
  KEY,
  openFloor,
  quietMarket,
  savedSession,
  SYMBOL,
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
