import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/market-id.ts';
import type { Halt } from '#shared/domain/halt.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { HaltStore } from '#shared/ports/halt-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';

const aHalt = (market: MarketId): Halt => ({
  market,
  at: epochMs(1_767_600_000_000),
  cause: 'session-stop-loss',
  text: 'the session lost 51.00 USD, allowed are 50.00 USD',
  netPnlUsd: -51.000_000_000_1,
});

/** What every HaltStore keeps. */
export function describesAHaltStore(store: () => HaltStore): void {
  describe('as a halt store', () => {
    it('keeps the first halt of a market exactly as it was put, however many come at once or later (C4, C10)', async () => {
      const halt = aHalt(freshMarket());
      expect(await store().read(halt.market)).toBeUndefined();
      const answers = await Promise.all(Array.from({ length: 5 }, () => store().put(halt)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(
        await store().put({ ...halt, cause: 'daily-loss-limit', at: epochMs(halt.at + 1) }),
      ).toBe(false);
      expect(await store().read(halt.market)).toStrictEqual(halt);
      expect(await store().read(freshMarket())).toBeUndefined();
    });
  });
}
