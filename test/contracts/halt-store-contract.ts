import { describe, expect, it } from 'vitest';
import type { Halt } from '#shared/domain/trading/halt.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { HaltStore, Lifting } from '#shared/ports/stores/halt-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';

const AT = epochMs(1_767_600_000_000);
const LIFTING: Lifting = { by: 'ops', reason: 'seen and understood', at: epochMs(AT + 60_000) };

export const aHalt = (market: MarketId): Halt => ({
  market,
  at: AT,
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
      expect(await store().put({ ...halt, cause: 'daily-loss-limit', at: epochMs(AT + 1) })).toBe(
        false,
      );
      expect(await store().read(halt.market)).toStrictEqual(halt);
      expect(await store().read(freshMarket())).toBeUndefined();
    });

    it('keeps one that no session put: time and figures undefined', async () => {
      const halt = { ...aHalt(freshMarket()), at: undefined, netPnlUsd: undefined };
      expect(await store().put(halt)).toBe(true);
      expect(await store().read(halt.market)).toStrictEqual(halt);
    });

    it('is lifted once, and halts anew after that', async () => {
      const halt = aHalt(freshMarket());
      expect(await store().lift(halt.market, LIFTING)).toBe('none');
      await store().put(halt);
      expect(await store().lift(halt.market, LIFTING)).toBe('lifted');
      expect(await store().read(halt.market)).toBeUndefined();
      expect(await store().lift(halt.market, LIFTING)).toBe('none');
      const again = { ...halt, at: epochMs(AT + 120_000) };
      expect(await store().put(again)).toBe(true);
      expect(await store().read(halt.market)).toStrictEqual(again);
    });

    it('lists the markets that are halted', async () => {
      const [one, other] = [aHalt(freshMarket()), aHalt(freshMarket())];
      await store().put(one);
      await store().put(other);
      await store().lift(other.market, LIFTING);
      const listed = await store().list();
      expect(listed).toContainEqual(one);
      expect(listed.map(({ market }) => market)).not.toContain(other.market);
    });
  });
}
