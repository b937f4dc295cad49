import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketFigures } from '#shared/accounting/market-figures.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { epochMs } from '#shared/domain/units.ts';
import { venueFacts } from '#shared/simulation/bots/venue-facts.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import { pnlWindow } from '#shared/simulator/purple-flea/pnl-window.ts';
import { BEFORE_FUNDING, placed } from '#test/builders/feeds.ts';
import { BTC } from '#test/builders/market.ts';
import { DEPOSIT_USD, inProcess, KEY, play, stories, SYMBOL, TRADING } from './script-play.ts';

const factsOf = (exchange: Exchange, fromMs: number, toMs: number): readonly StoredFact[] =>
  venueFacts(exchange, KEY, BTC, epochMs(BEFORE_FUNDING + fromMs), epochMs(BEFORE_FUNDING + toMs));

describe('the facts of an account', () => {
  it('explain the change of its equity in parts, and as the venue reckons them, whatever a script did (E1)', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const venue = inProcess();
        await play(venue, story);
        const { exchange } = venue;
        const market = exchange.market(SYMBOL);
        const finalMid = market?.mid();
        if (market === undefined || finalMid === undefined) throw new Error('no market');
        const toMs = exchange.now() - BEFORE_FUNDING + 1;
        const entries = factsOf(exchange, 0, toMs).map(({ entry }) => entry);
        const figures = marketFigures({
          entries,
          session: undefined,
          lot: market.feed.spec.lot,
          from: BEFORE_FUNDING,
          to: exchange.now(),
          finalMid,
          equityChangeUsd: marketEquityUsd(exchange.account(KEY).holding(SYMBOL), finalMid),
        });
        expect(Math.abs(figures.residualUsd)).toBeLessThanOrEqual(1e-6);
        expect(figures.netPnlUsd).toBeCloseTo(exchange.equityUsd(KEY) - DEPOSIT_USD, 6);
        const [before, now] = [epochMs(BEFORE_FUNDING - 1), exchange.now()];
        const venues = pnlWindow(exchange.account(KEY), market, before, now, now);
        expect(figures.spreadIncomeUsd).toBeCloseTo(venues.spreadIncomeUsd, 6);
        expect(figures.hedgeCostUsd).toBeCloseTo(venues.hedgeCostUsd, 6);
        expect(figures.makerFeesUsd + figures.takerFeesUsd).toBeCloseTo(
          venues.rebatesUsd + venues.feesUsd,
          6,
        );
        expect(figures.fundingUsd).toBeCloseTo(venues.fundingUsd, 6);
        for (const entry of entries)
          kinds.add(entry.kind === 'fill' ? entry.fill.liquidity : entry.kind);
      }),
      { examples: [[TRADING]] },
    );
    expect(kinds).toEqual(new Set(['maker', 'taker', 'funding']));
  });

  it('are those of a window, numbered in the order of time', () => {
    const { exchange, at } = inProcess();
    at(1000);
    for (const side of ['buy', 'sell', 'buy'] as const)
      placed(exchange, KEY, { side, price: undefined, size: 0.01, timeInForce: 'IOC' });
    at(100_000);
    const numbers = (fromMs: number, toMs: number): readonly unknown[] =>
      factsOf(exchange, fromMs, toMs).map(({ number, entry }) => [number, entry.kind]);
    const funding = [4, 'funding'];
    expect(numbers(0, 100_000)).toEqual([[1, 'fill'], [2, 'fill'], [3, 'fill'], funding]);
    expect(numbers(0, 1000)).toEqual([]);
    expect(numbers(1001, 60_001)).toEqual([funding]);
  });
});
