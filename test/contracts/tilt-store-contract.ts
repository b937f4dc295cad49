import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { TiltStore } from '#shared/ports/stores/tilt-store.ts';
import type { FundingTilt } from '#shared/domain/trading/tilt.ts';
import { arbitraryTilt } from '#test/builders/arbitrary/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const FUNDING_TIME = 1_767_600_000_000;

export const aTilt = (market: MarketId): FundingTilt => ({
  market,
  action: 'lean_short',
  rateBps: 3.1,
  annualisedYieldPct: 33.945,
  targetRatio: -0.2,
  fundingTime: epochMs(FUNDING_TIME),
  setAt: epochMs(FUNDING_TIME - 300_000),
  expiresAt: epochMs(FUNDING_TIME),
  reason: 'longs pay 3.1 bps',
});

/** What every TiltStore keeps. */
export function describesATiltStore(store: () => TiltStore, numRuns: number): void {
  describe('as a tilt store', () => {
    it('sets a tilt once per funding time, also when it is set many times at once', async () => {
      const tilt = aTilt(freshMarket());
      expect(await store().read(tilt.market)).toBeUndefined();
      const answers = await Promise.all(Array.from({ length: 5 }, () => store().set(tilt)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store().set({ ...tilt, action: 'neutral' })).toBe(false);
      expect(await store().read(tilt.market)).toStrictEqual(tilt);
    });

    it('lists the tilt of every market', async () => {
      const [one, other] = [aTilt(freshMarket()), aTilt(freshMarket())];
      await store().set(one);
      await store().set(other);
      const listed = await store().list();
      expect(listed).toContainEqual(one);
      expect(listed).toContainEqual(other);
    });

    it('keeps the tilt of the latest funding time and exactly as it was set, whatever order they come in', async () => {
      const tilts = fc.array(fc.tuple(arbitraryTilt(ANY), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(tilts, async (templates) => {
          const market = freshMarket();
          let kept: FundingTilt | undefined;
          for (const [template, cycle] of templates) {
            const tilt = { ...template, market, fundingTime: epochMs(FUNDING_TIME + cycle) };
            const isLater = kept === undefined || tilt.fundingTime > kept.fundingTime;
            expect(await store().set(tilt)).toBe(isLater);
            if (isLater) kept = tilt;
            expect(await store().read(market)).toStrictEqual(kept);
          }
        }),
        { numRuns },
      );
    });
  });
}
