import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs, usd } from '#shared/domain/units.ts';
import type { Saved, SessionStore } from '#shared/ports/stores/session-store.ts';
import {
  arbitraryBrain,
  arbitraryMark,
  arbitrarySession,
} from '#test/builders/arbitrary/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const AT = epochMs(1_767_571_200_000);
const aSave = fc.record({
  fence: fc.integer({ min: 1, max: 3 }),
  at: fc.integer({ min: 0, max: 4 }).map((ms) => epochMs(AT + ms)),
});
type Save = typeof aSave extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What becomes of a save after the one that is kept. */
function expectedOf(save: Save, kept: Save): Saved {
  if (save.fence < kept.fence) return 'fenced-off';
  return save.fence === kept.fence && save.at < kept.at ? 'outdated' : 'saved';
}

/** What every SessionStore keeps. */
export function describesASessionStore(store: () => SessionStore, numRuns: number): void {
  describe('as a session store', () => {
    it('has no session, brain or mark of a market that was never saved', async () => {
      expect(await store().load(freshMarket())).toEqual({ kind: 'none' });
      expect(await store().loadBrain(freshMarket())).toBeUndefined();
      expect(await store().marks([freshMarket()])).toEqual([]);
    });

    it('shows the mark of each market that has one, exactly as it was saved', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryMark(ANY), async (template) => {
          const [one, other] = [freshMarket(), freshMarket()];
          const mark = { ...template, market: one };
          expect(await store().saveMark(mark)).toBe('saved');
          expect(await store().marks([other, one])).toStrictEqual([mark]);
        }),
        { numRuns },
      );
    });

    it('loads exactly what was saved, to the last bit and the last undefined', async () => {
      const market = freshMarket();
      let fence = 0;
      await fc.assert(
        fc.asyncProperty(arbitrarySession(market), arbitraryBrain, async (arbitrary, brain) => {
          fence += 1;
          const session = { ...arbitrary, fence };
          expect(await store().save(session, fence)).toBe('saved');
          expect(await store().load(market)).toStrictEqual({ kind: 'loaded', session });
          expect(await store().saveBrain(market, fence, brain, AT)).toBe('saved');
          expect(await store().loadBrain(market)).toStrictEqual(brain);
        }),
        { numRuns },
      );
    });

    it('keeps of each item the newest save of the highest fence, however late an older one comes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(aSave, { minLength: 1, maxLength: 8 }),
          arbitrarySession(ANY),
          arbitraryMark(ANY),
          async (saves, aSession, aMark) => {
            const market = freshMarket();
            let kept: Save = { fence: 0, at: epochMs(0) };
            let last = 0;
            for (const [index, save] of saves.entries()) {
              const expected = expectedOf(save, kept);
              if (expected === 'saved') [kept, last] = [save, index];
              const { fence, at } = save;
              const session = { ...aSession, market, fence, savedAt: at, decisions: index };
              const brain = { version: 'v', json: String(index) };
              const mark = { ...aMark, market, fence, at, netPnlUsd: usd(index) };
              expect(await store().save(session)).toBe(expected);
              expect(await store().saveBrain(market, fence, brain, at)).toBe(expected);
              expect(await store().saveMark(mark)).toBe(expected);
              const { fence: highest, at: newest } = kept;
              expect(await store().load(market)).toMatchObject({
                session: { fence: highest, savedAt: newest, decisions: last },
              });
              expect(await store().loadBrain(market)).toEqual({ version: 'v', json: String(last) });
              expect(await store().marks([market])).toMatchObject([
                { fence: highest, at: newest, netPnlUsd: last },
              ]);
            }
          },
        ),
        { numRuns },
      );
    });

    it("takes the place of another group's session up to the fence it is told, and of no later one", async () => {
      const fences = fc.integer({ min: 1, max: 3 });
      await fc.assert(
        fc.asyncProperty(
          arbitrarySession(ANY),
          fences,
          fences,
          fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
          fc.integer({ min: -1, max: 1 }),
          async (template, before, fence, over, laterMs) => {
            const market = freshMarket();
            const young = { ...template, market, group: 'new', fence, savedAt: AT };
            const savedAt = epochMs(AT + laterMs);
            const old = { ...young, group: 'old', fence: before, savedAt };
            await store().save(old);
            const isNewer = before < fence || (before === fence && laterMs <= 0);
            const isTaken = isNewer && before <= (over ?? 0);
            expect(await store().save(young, over)).toBe(isTaken ? 'saved' : 'fenced-off');
            const session = isTaken ? young : old;
            expect(await store().load(market)).toStrictEqual({ kind: 'loaded', session });
          },
        ),
        { numRuns },
      );
    });

    it('shows the marks of more markets than one request may name', async () => {
      const markets = Array.from({ length: 130 }, freshMarket);
      const [mark] = fc.sample(arbitraryMark(ANY), 1);
      for (const market of markets) await store().saveMark({ ...mark!, market });
      const shown = (await store().marks(markets)).map(({ market }) => market);
      expect(shown.toSorted()).toEqual(markets.toSorted());
    });
  });
}
