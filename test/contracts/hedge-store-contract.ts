import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import type {
  HedgeAttempt,
  HedgeIntent,
  HedgeOutcome,
  HedgeRecord,
  HedgeStatus,
} from '#shared/domain/trading/hedge.ts';
import { type EpochMs, epochMs, usd } from '#shared/domain/units.ts';
import type { HedgeStore } from '#shared/ports/stores/hedge-store.ts';
import {
  arbitraryAttempt,
  arbitraryIntent,
  arbitraryOutcome,
  arbitraryTime,
} from '#test/builders/arbitrary/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const at = (ms: number): EpochMs => epochMs(1_767_571_200_000 + ms);
const hedged: HedgeOutcome = { kind: 'hedged', reducedUsd: usd(400), inventoryUsd: usd(420) };
const intentOf = (market: MarketId): HedgeIntent => ({
  id: 'h1',
  market,
  openedAt: at(0),
  inventoryUsd: usd(820),
  thresholdUsd: usd(800),
  hedgeFraction: 0.5,
  hedgeMaxSlippageBps: 20,
});

const openOf = (intent: HedgeIntent): HedgeRecord => ({
  intent,
  status: { kind: 'open' },
  attempt: undefined,
});
const attemptOf = (number: number): HedgeAttempt => ({
  number,
  sentAt: at(100 * number),
  began: 0.009,
  before: 0.009,
  asked: -0.0045,
});

/** What every HedgeStore keeps. */
export function describesAHedgeStore(store: () => HedgeStore, numRuns: number): void {
  const opened = async (): Promise<MarketId> => {
    const market = freshMarket();
    expect(await store().open(intentOf(market))).toBe(true);
    return market;
  };
  const statusOf = async (market: MarketId): Promise<HedgeStatus | undefined> =>
    (await store().read(market))?.status;

  describe('as a hedge store', () => {
    it('opens another only once the one before is done, and then that one is the row', async () => {
      const market = await opened();
      const next = { ...intentOf(market), id: 'h2', openedAt: at(9000) };
      expect(await store().open(next)).toBe(false);
      await store().claim(market, 'h1', 'a', at(0), 1000);
      expect(await store().open(next)).toBe(false);
      await store().complete(market, 'h1', 'a', hedged, at(1));
      expect(await store().open(next)).toBe(true);
      expect(await store().read(market)).toStrictEqual(openOf(next));
      expect(await store().claim(market, 'h1', 'a', at(9001), 1000)).toBe(false);
      expect(await store().claim(market, 'h2', 'a', at(9001), 1000)).toBe(true);
      expect(await store().complete(market, 'h1', 'a', hedged, at(9002))).toBe(false);
    });

    it('lists the row of every market', async () => {
      const [one, other] = [await opened(), await opened()];
      await store().claim(other, 'h1', 'a', at(0), 1000);
      const listed = await store().list();
      expect(listed).toContainEqual(openOf(intentOf(one)));
      expect(listed.find(({ intent }) => intent.market === other)?.status.kind).toBe('claimed');
    });

    it('opens an id once, also when it is opened many times at once', async () => {
      const market = freshMarket();
      const intent = intentOf(market);
      expect(await store().read(market)).toBeUndefined();
      const answers = await Promise.all(Array.from({ length: 5 }, () => store().open(intent)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store().open({ ...intent, thresholdUsd: usd(1) })).toBe(false);
      expect(await store().read(market)).toStrictEqual(openOf(intent));
    });

    it('has no claim on, and no completion of, a hedge that was never opened', async () => {
      const market = freshMarket();
      expect(await store().claim(market, 'h1', 'a', at(0), 1000)).toBe(false);
      expect(await store().complete(market, 'h1', 'a', hedged, at(0))).toBe(false);
      expect(await store().read(market)).toBeUndefined();
    });

    it('lets one claim at a time stand, the claimer itself not claiming twice', async () => {
      const market = await opened();
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd'].map((by) => store().claim(market, 'h1', by, at(0), 1000)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      const winner = ['a', 'b', 'c', 'd'][answers.indexOf(true)]!;
      expect(await statusOf(market)).toStrictEqual({
        kind: 'claimed',
        by: winner,
        expiresAt: at(1000),
      });
      expect(await store().claim(market, 'h1', winner, at(1), 1000)).toBe(false);
    });

    it('lets a claim be taken once it has expired, and not a moment before', async () => {
      const market = await opened();
      await store().claim(market, 'h1', 'a', at(0), 1000);
      expect(await store().claim(market, 'h1', 'b', at(1000), 1000)).toBe(false);
      expect(await store().claim(market, 'h1', 'b', at(1001), 1000)).toBe(true);
      expect(await statusOf(market)).toStrictEqual({
        kind: 'claimed',
        by: 'b',
        expiresAt: at(2001),
      });
    });

    it('is completed only by who claims it now', async () => {
      const market = await opened();
      expect(await store().complete(market, 'h1', 'a', hedged, at(1))).toBe(false);
      await store().claim(market, 'h1', 'a', at(0), 1000);
      await store().claim(market, 'h1', 'b', at(1001), 1000);
      expect(await store().complete(market, 'h1', 'a', hedged, at(1002))).toBe(false);
      expect(await store().complete(market, 'h1', 'b', hedged, at(5000))).toBe(true);
      expect(await statusOf(market)).toStrictEqual({ kind: 'done', outcome: hedged, at: at(5000) });
    });

    it('has of its orders the last, noted by who claims it now, for whoever claims it next', async () => {
      const market = await opened();
      const attempts = async () => (await store().read(market))?.attempt;
      expect(await store().attempt(market, 'h1', 'a', attemptOf(1))).toBe(false);
      await store().claim(market, 'h1', 'a', at(0), 1000);
      expect(await store().attempt(market, 'h2', 'a', attemptOf(1))).toBe(false);
      expect(await attempts()).toBeUndefined();
      expect(await store().attempt(market, 'h1', 'a', attemptOf(1))).toBe(true);
      expect(await store().attempt(market, 'h1', 'a', attemptOf(2))).toBe(true);
      expect(await store().attempt(market, 'h1', 'a', attemptOf(2))).toBe(false);
      expect(await store().attempt(market, 'h1', 'a', attemptOf(1))).toBe(false);
      await store().claim(market, 'h1', 'b', at(1001), 1000);
      expect(await store().attempt(market, 'h1', 'a', attemptOf(3))).toBe(false);
      expect(await attempts()).toStrictEqual(attemptOf(2));
      await store().complete(market, 'h1', 'b', hedged, at(1500));
      expect(await store().attempt(market, 'h1', 'b', attemptOf(3))).toBe(false);
      await store().open({ ...intentOf(market), id: 'h2' });
      expect(await attempts()).toBeUndefined();
    });

    it('never reopens what is done', async () => {
      const market = await opened();
      await store().claim(market, 'h1', 'a', at(0), 1000);
      await store().complete(market, 'h1', 'a', hedged, at(1));
      expect(await store().open(intentOf(market))).toBe(false);
      expect(await store().claim(market, 'h1', 'a', at(9000), 1000)).toBe(false);
      expect(
        await store().complete(market, 'h1', 'a', { kind: 'gave-up', reason: 'late' }, at(9000)),
      ).toBe(false);
      expect(await statusOf(market)).toStrictEqual({ kind: 'done', outcome: hedged, at: at(1) });
    });

    it('gives back intent, order and outcome exactly', async () => {
      await fc.assert(
        fc.asyncProperty(
          arbitraryIntent(ANY, 'h1'),
          arbitraryOutcome,
          arbitraryAttempt,
          arbitraryTime,
          async (template, outcome, attempt, doneAt) => {
            const market = freshMarket();
            const intent = { ...template, market };
            await store().open(intent);
            await store().claim(market, 'h1', 'a', at(0), 1000);
            expect(await store().attempt(market, 'h1', 'a', attempt)).toBe(true);
            await store().complete(market, 'h1', 'a', outcome, doneAt);
            expect(await store().read(market)).toStrictEqual({
              intent,
              status: { kind: 'done', outcome, at: doneAt },
              attempt,
            });
          },
        ),
        { numRuns },
      );
    });
  });
}
