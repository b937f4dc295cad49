import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import type { SessionStore } from '#shared/ports/session-store.ts';
import { arbitraryBrain, arbitraryMark, arbitrarySession } from '#test/builders/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const AT = epochMs(1_767_571_200_000);
const fencesOfSaves = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });

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
          expect(await store().save(session)).toBe('saved');
          expect(await store().load(market)).toStrictEqual({ kind: 'loaded', session });
          expect(await store().saveBrain(market, fence, brain, AT)).toBe('saved');
          expect(await store().loadBrain(market)).toStrictEqual(brain);
        }),
        { numRuns },
      );
    });

    it('keeps of each item the last save of the highest fence and fences every older one off', async () => {
      await fc.assert(
        fc.asyncProperty(
          fencesOfSaves,
          arbitrarySession(ANY),
          arbitraryMark(ANY),
          async (fences, aSession, aMark) => {
            const market = freshMarket();
            let highest = 0;
            let last = 0;
            for (const [index, fence] of fences.entries()) {
              const expected = fence >= highest ? 'saved' : 'fenced-off';
              highest = Math.max(highest, fence);
              if (expected === 'saved') last = index;
              const session = { ...aSession, market, fence, decisions: index };
              const brain = { version: 'v', json: String(index) };
              expect(await store().save(session)).toBe(expected);
              expect(await store().saveBrain(market, fence, brain, AT)).toBe(expected);
              expect(await store().saveMark({ ...aMark, market, fence, at: at(index) })).toBe(
                expected,
              );
              expect(await store().load(market)).toMatchObject({
                session: { fence: highest, decisions: last },
              });
              expect(await store().loadBrain(market)).toEqual({ version: 'v', json: String(last) });
              expect(await store().marks([market])).toMatchObject([
                { fence: highest, at: at(last) },
              ]);
            }
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

const at = (ms: number) => epochMs(AT + ms);
