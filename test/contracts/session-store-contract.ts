import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionStore } from '#shared/ports/session-store.ts';
import { arbitrarySession } from '#test/builders/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

/** What every SessionStore keeps. */
export function describesASessionStore(store: () => SessionStore, numRuns: number): void {
  describe('as a session store', () => {
    it('has no session of a market that was never saved', async () => {
      expect(await store().load(freshMarket())).toBeUndefined();
    });

    it('shows the mid each market was last marked at, and when, and nothing of one that never was', async () => {
      await fc.assert(
        fc.asyncProperty(arbitrarySession(ANY), async (template) => {
          const [one, other] = [freshMarket(), freshMarket()];
          await store().save({ ...template, market: one });
          const { pnl, savedAt } = template;
          expect(await store().marks([one, other])).toStrictEqual(
            pnl.markPrice === undefined ? {} : { [one]: { mid: pnl.markPrice, at: savedAt } },
          );
        }),
        { numRuns },
      );
    });

    it('loads exactly what was saved, to the last bit and the last undefined', async () => {
      const market = freshMarket();
      let fence = 0;
      await fc.assert(
        fc.asyncProperty(arbitrarySession(market), async (arbitrary) => {
          fence += 1;
          const session = { ...arbitrary, fence };
          expect(await store().save(session)).toBe('saved');
          expect(await store().load(market)).toStrictEqual(session);
        }),
        { numRuns },
      );
    });

    it('keeps the last save of the highest fence and fences every older one off', async () => {
      const saves = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(saves, arbitrarySession(ANY), async (fences, template) => {
          const market = freshMarket();
          let kept = { ...template, market, fence: 0 };
          for (const [index, fence] of fences.entries()) {
            const session = { ...template, market, fence, decisions: index };
            expect(await store().save(session)).toBe(fence >= kept.fence ? 'saved' : 'fenced-off');
            if (fence >= kept.fence) kept = session;
            expect(await store().load(market)).toStrictEqual(kept);
          }
        }),
        { numRuns },
      );
    });
  });
}
