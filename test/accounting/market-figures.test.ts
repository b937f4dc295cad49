import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketFigures, type MarketRun } from '#shared/accounting/market-figures.ts';
import { movesMoney } from '#shared/domain/books/ledger-entry.ts';
import { epochMs, price, usd } from '#shared/domain/units.ts';
import { arbitrarySession } from '#test/builders/arbitrary/arbitrary-items.ts';
import { arbitraryLedger, accountAfter, LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { aFill, START } from '#test/builders/market.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { KEY, MARKET, SYMBOL, openFloor, quietMarket } from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const aRun = (over: Partial<MarketRun> = {}): MarketRun => ({
  entries: [],
  session: undefined,
  lot: LOT,
  from: START,
  to: epochMs(START + 3_600_000),
  finalMid: 100,
  equityChangeUsd: 0,
  ...over,
});

describe('the figures of a market', () => {
  it('have as fill rate the quotes that traded of those placed: one in parts counts once, a hedge never (E2)', async () => {
    const floor = openFloor({
      events: [
        ...quietMarket(60),
        print(10_200, 'sell', 99_900, 0.0004),
        print(10_300, 'sell', 99_900, 5),
      ].sort((a, b) => a.at - b.at),
      written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    });
    let resting = 0;
    floor.doAt(17_000, () => void (resting = floor.exchange.openOrders(KEY, SYMBOL).length));
    // A session is saved when it leaves.
    floor.invoke(0, 'a', { sessionMs: 18_000 });
    await floor.runFor(40_000);
    const entries = floor.deps.ledger
      .all()
      .map(({ entry }) => entry)
      .filter(movesMoney);
    expect(entries.map((entry) => entry.kind === 'fill' && entry.fill.size)).toEqual([
      0.0004, 0.0006,
    ]);
    const hedge = {
      kind: 'fill',
      fill: aFill({ id: 'h', liquidity: 'taker', orderId: 'h' }),
      mid: price(100_000),
    } as const;
    const loaded = await floor.deps.group.sessions.load(MARKET);
    const session = loaded.kind === 'loaded' ? loaded.session : undefined;
    // Both sides at the start, and again when the bid had traded and the inventory was another.
    expect(resting).toBe(2);
    expect(session?.quotesPlaced).toBe(4);
    expect(marketFigures(aRun({ entries: [...entries, hedge], session })).fillRate).toBe(1 / 4);
  });

  it('have a fill rate of 0 where nothing was placed (E2)', () => {
    expect(marketFigures(aRun()).fillRate).toBe(0);
  });

  it('count each quote that traded once and sum to the change of equity, whatever the history (E1, E2)', () => {
    fc.assert(
      fc.property(
        arbitraryLedger,
        arbitrarySession(MARKET),
        fc.integer({ min: 1, max: 500 }),
        (entries, template, quotesPlaced) => {
          const { cashUsd, lots } = accountAfter(entries);
          const equityChangeUsd = cashUsd + (lots / 1000) * 100;
          const figures = marketFigures(
            aRun({ entries, session: { ...template, quotesPlaced }, equityChangeUsd }),
          );
          const traded = new Set(
            entries.flatMap((entry) =>
              entry.kind === 'fill' && entry.fill.liquidity === 'maker' ? [entry.fill.orderId] : [],
            ),
          );
          expect(figures.fillRate).toBeCloseTo(traded.size / quotesPlaced, 12);
          expect(figures.residualUsd).toBeCloseTo(0, 6);
          const {
            spreadIncomeUsd,
            makerFeesUsd,
            takerFeesUsd,
            inventoryPnlUsd,
            hedgeCostUsd,
            fundingUsd,
            netPnlUsd,
          } = figures;
          expect(
            usd(
              spreadIncomeUsd +
                makerFeesUsd +
                takerFeesUsd +
                inventoryPnlUsd +
                hedgeCostUsd +
                fundingUsd,
            ),
          ).toBeCloseTo(netPnlUsd, 9);
        },
      ),
    );
  });
});
