import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { parametersIn } from '../../../functions/cli/local-cloud/parameters-file.ts';
import { endOf, tapeFeeds, VENUE_FEES } from '../../../functions/cli/exchange-feeds.ts';
import type { Bot } from '#shared/simulation/bots/bot.ts';
import { botHost } from '#shared/simulation/bots/bot-host.ts';
import { BOTS } from '#shared/simulation/bots/bots.ts';
import { s1Fixed } from '#shared/simulation/bots/s1-fixed.ts';
import { s2Grid } from '#shared/simulation/bots/s2-grid.ts';
import { s3PostOnly } from '#shared/simulation/bots/s3-post-only.ts';
import type { MarketResult, RunResult } from '#shared/simulation/result.ts';
import { simulate } from '#shared/simulation/simulate.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import { aSyntheticFeed } from '#test/builders/synthetic-market.ts';

const { fundingRate, touch } = eventsFrom(BEFORE_FUNDING);

const WRITTEN = { DEFAULT: { quoteSizeUsd: 500, maxInventoryUsd: 2000 } };

function run(bot: Bot, feeds: readonly MarketFeed[], minutes: number): Promise<RunResult> {
  return simulate(
    {
      feeds,
      parameters: WRITTEN,
      parametersOf: (market) => parametersIn(WRITTEN, market, 'parameters'),
      fillModel: 'queue',
      latencyMs: 50,
      stopAt: epochMs((feeds[0]?.startsAt ?? 0) + minutes * 60_000),
    },
    botHost(bot),
  );
}

/** The same bot, and how often it has begun a turn. */
function counted(bot: Bot): { readonly bot: Bot; readonly turns: () => number } {
  let turns = 0;
  const begin: Bot['begin'] = (client, budget) => {
    const turn = bot.begin(client, budget);
    return () => {
      turns += 1;
      return turn();
    };
  };
  return { bot: { ...bot, begin }, turns: () => turns };
}

function marketOf({ markets }: RunResult): MarketResult {
  const [market] = Object.values(markets);
  if (market === undefined) throw new Error('no market');
  return market;
}

function expectClosedBooks(market: MarketResult): void {
  const { spreadIncomeUsd, makerFeesUsd, takerFeesUsd } = market;
  const { inventoryPnlUsd, hedgeCostUsd, fundingUsd } = market;
  const quoting = spreadIncomeUsd + makerFeesUsd + takerFeesUsd;
  expect(quoting + inventoryPnlUsd + hedgeCostUsd + fundingUsd).toBeCloseTo(market.netPnlUsd, 9);
  expect(Math.abs(market.residualUsd)).toBeLessThanOrEqual(1e-6);
}

/** A touch each second, around a mid that the second has. */
const moving = (seconds: number, midAt: (second: number) => number): MarketFeed =>
  handFeed([
    fundingRate(0, 0.0003),
    ...Array.from({ length: seconds }, (_, second): FeedEvent => {
      const mid = Math.round(midAt(second) * 10) / 10;
      return touch(second * 1000, mid - 0.5, mid + 0.5);
    }),
  ]);

describe('a bot in the place of a deployment', () => {
  /** Calls by the texts, and one that cancels everything at the end. */
  const CALLS: Readonly<Record<string, (turns: number, result: MarketResult) => number>> = {
    // In the first turn nobody knows a volatility yet: three calls.
    's0-additive': (turns, { hedges }) => 3 + 5 * (turns - 1) + hedges + 1,
    's1-fixed': (turns, { hedges }) => 4 * turns + hedges + 1,
    's2-ladder': (turns, { quotesPlaced }) => 2 * turns + 11 * (quotesPlaced / 10) + 1,
    's2-grid': (turns, { quotesPlaced }) => 2 + quotesPlaced + (turns - 1) + 1,
    's3-post-only': (turns) => 5 * turns + 1,
  };

  it.each(BOTS.map((bot) => [bot.name, bot] as const))(
    '%s closes its books, makes the calls of its text and leaves nothing behind (E1)',
    async (name, bot) => {
      const { bot: watched, turns } = counted(bot);
      const result = await run(watched, [aSyntheticFeed()], 30);
      const market = marketOf(result);
      expect(result.problems).toEqual([]);
      expectClosedBooks(market);
      // A turn is its pause and 100 ms a call, or a hedge's more.
      const calls = (market.requests - 1) / turns();
      expect(turns() * (bot.pauseMs + 100 * calls)).toBeCloseTo(30 * 60_000, -4);
      expect(market.requests).toBe(CALLS[name]?.(turns(), market));
      expect(market.quotesPlaced).toBeGreaterThan(8);
      expect(result.total.requests).toBe(market.requests);
      const again = marketOf(await run(bot, [aSyntheticFeed()], 30));
      expect(again.decisionsHash).toBe(market.decisionsHash);
      const elsewhere = marketOf(await run(bot, [aSyntheticFeed({ seed: 2 })], 30));
      expect(elsewhere.decisionsHash).not.toBe(market.decisionsHash);
    },
  );

  it('has hedges among its taker fills, and quotes among its maker fills', async () => {
    const market = marketOf(await run(s1Fixed, [aSyntheticFeed()], 30));
    expect(market.hedges).toBeGreaterThan(3);
    expect(market.hedgeFills).toBe(market.hedges);
    expect(market.takerFeesUsd).toBeLessThan(0);
    expect(market.makerFeesUsd).toBeLessThan(0);
    expect(market.quotesFilled).toBe(Math.round(market.fillRate * market.quotesPlaced));
    expect(market.fills).toBeGreaterThan(market.quotesFilled);
  });

  it('trades a grid up and down, each spacing once', async () => {
    const waves = moving(1300, (second) => 65_000 + 900 * Math.sin((second * 2 * Math.PI) / 400));
    const result = await run(s2Grid, [waves], 20);
    const market = marketOf(result);
    // On each of three waves 65,600 is sold and 65,000 bought, then 64,400 bought and 65,000 sold:
    // 500 USD are 0.007, which earns 600 a time.
    expect(market.fills).toBe(12);
    expect(market.roundTrips).toBe(6);
    expect(market.spreadIncomeUsd + market.inventoryPnlUsd).toBeCloseTo(6 * 0.007 * 600, 6);
    expectClosedBooks(market);
    expect(result.problems).toEqual([]);
  });

  it('may hold more than the cap, which is said, and pays funding on it', async () => {
    const falling = moving(400, (second) => 60_000 - 8 * second);
    const result = await run(s3PostOnly, [falling], 6);
    const market = marketOf(result);
    expect(market.maxAbsInventoryUsd).toBeGreaterThan(2000);
    expect(market.fundingUsd).toBeLessThan(0);
    expect(result.problems).toEqual([
      `BTC-PERP: ${market.fillsBeyondCap} fills left more than the inventory cap`,
    ]);
    expectClosedBooks(market);
  });

  it('trades several markets at once, each by a script of its own', async () => {
    const result = await run(s1Fixed, [aSyntheticFeed(), aSyntheticFeed({ coin: 'ETH' })], 10);
    expect(Object.keys(result.markets)).toEqual(['BTC-PERP', 'ETH-PERP']);
    expect(result.total.invocations).toBe(2);
    expect(result.problems).toEqual([]);
    const requests = Object.values(result.markets).map((market) => {
      expectClosedBooks(market);
      expect(market.fills).toBeGreaterThan(0);
      return market.requests;
    });
    expect(result.total.requests).toBe(requests.reduce((sum, one) => sum + one, 0));
  });
});

const tapes = process.env['QUOTEMILL_TAPES'];

describe.runIf(tapes !== undefined)('a bot on recorded markets', () => {
  const recorded = ['hl-btc-20250904', 'hl-eth-20250904'];

  it.each(BOTS.flatMap((bot) => recorded.map((name) => [bot.name, name, bot] as const)))(
    '%s on %s closes its books (E1)',
    async (_, name, bot) => {
      const feeds = tapeFeeds([`${tapes}/${name}.tape.jsonl.gz`], undefined, VENUE_FEES);
      const minutes = ((endOf(feeds) ?? 0) - (feeds[0]?.startsAt ?? 0)) / 60_000 - 1;
      const market = marketOf(await run(bot, feeds, minutes));
      expectClosedBooks(market);
      expect(market.quotesPlaced).toBeGreaterThan(8);
    },
    60_000,
  );
});
