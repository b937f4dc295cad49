import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/market-id.ts';
import { type LedgerEntry, timeOf } from '#shared/domain/ledger-entry.ts';
import { DAY_MS } from '#shared/domain/time.ts';
import { epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { Ledger } from '#shared/ports/ledger.ts';
import { arbitraryLedgerEntry } from '#test/builders/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const MIDNIGHT = 1_767_571_200_000;

export const aFillEntry = (
  market: MarketId,
  at: number,
  id: string,
): LedgerEntry & { kind: 'fill' } => ({
  kind: 'fill',
  fill: {
    id,
    market,
    at: epochMs(at),
    side: 'buy',
    price: price(90_000.5),
    size: size(0.001),
    feeUsd: usd(-0.0135),
    liquidity: 'maker',
    orderId: `o-${id}`,
  },
  mid: price(90_001),
  fence: 3,
});

/** What every Ledger keeps. */
export function describesALedger(ledger: () => Ledger, numRuns: number): void {
  describe('as a ledger', () => {
    it('writes a fact once, however often it is appended, and keeps the first writing', async () => {
      const market = freshMarket();
      const entry = aFillEntry(market, MIDNIGHT, 'f1');
      expect(await ledger().append(entry)).toBe('written');
      expect(await ledger().append({ ...entry, mid: price(1), fence: 9 })).toBe('already-there');
      expect(await ledger().read(market, epochMs(MIDNIGHT), epochMs(MIDNIGHT + 1))).toStrictEqual([
        entry,
      ]);
    });

    it('writes it once also when many append it at once', async () => {
      const entry = aFillEntry(freshMarket(), MIDNIGHT, 'f1');
      const answers = await Promise.all(Array.from({ length: 6 }, () => ledger().append(entry)));
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
    });

    it('keeps apart fills, payments and adjustments of the same millisecond', async () => {
      const market = freshMarket();
      const at = epochMs(MIDNIGHT);
      const facts: readonly LedgerEntry[] = [
        { kind: 'adjustment', market, at, size: signedSize(1), mid: price(2), fence: 1 },
        { kind: 'adjustment', market, at, size: signedSize(-1), mid: price(2), fence: 1 },
        { kind: 'adjustment', market, at, size: signedSize(1), mid: price(2), fence: 2 },
        aFillEntry(market, MIDNIGHT, 'a'),
        aFillEntry(market, MIDNIGHT, 'b'),
        {
          kind: 'funding',
          payment: { market, at, rate: 1e-4, amountUsd: usd(-0.1) },
          mid: price(2),
          fence: 1,
        },
      ];
      for (const fact of facts) expect(await ledger().append(fact)).toBe('written');
      expect(await ledger().read(market, at, epochMs(at + 1))).toHaveLength(facts.length);
    });

    it('reads from the first moment inclusive to the last exclusive, over midnight, oldest first', async () => {
      const market = freshMarket();
      const times = [-DAY_MS - 1, -DAY_MS, -1, -0.5, 0, 0.25, 1, DAY_MS - 1, DAY_MS];
      const facts = times.map((offset, index) =>
        aFillEntry(market, MIDNIGHT + offset, `f${index}`),
      );
      for (const fact of facts.toReversed()) await ledger().append(fact);
      const idsIn = async (from: number, to: number): Promise<readonly string[]> =>
        (await ledger().read(market, epochMs(MIDNIGHT + from), epochMs(MIDNIGHT + to))).map(
          (entry) => (entry.kind === 'fill' ? entry.fill.id : ''),
        );
      expect(await idsIn(-2 * DAY_MS, 2 * DAY_MS)).toEqual(facts.map(({ fill }) => fill.id));
      expect(await idsIn(-DAY_MS, DAY_MS)).toEqual(['f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7']);
      expect(await idsIn(-1, 0)).toEqual(['f2', 'f3']);
      expect(await idsIn(0, 0.5)).toEqual(['f4', 'f5']);
      expect(await idsIn(0.5, 1)).toEqual([]);
      expect(await idsIn(0, 0)).toEqual([]);
      expect(await idsIn(2, 1)).toEqual([]);
      expect(await idsIn(DAY_MS, 0)).toEqual([]);
    });

    it('shows one market nothing of another', async () => {
      const [one, other] = [freshMarket(), freshMarket()];
      await ledger().append(aFillEntry(one, MIDNIGHT, 'f1'));
      expect(await ledger().read(other, epochMs(MIDNIGHT), epochMs(MIDNIGHT + DAY_MS))).toEqual([]);
    });

    it('gives back exactly what was appended within the window and nothing else, whatever it was', async () => {
      const around = fc.integer({ min: MIDNIGHT - DAY_MS, max: MIDNIGHT + DAY_MS });
      await fc.assert(
        fc.asyncProperty(
          fc.array(arbitraryLedgerEntry(ANY, around), { maxLength: 8 }),
          around,
          fc.nat(DAY_MS),
          async (templates, from, lengthMs) => {
            const market = freshMarket();
            const written: LedgerEntry[] = [];
            for (const template of templates) {
              const entry = ofMarket(template, market);
              if ((await ledger().append(entry)) === 'written') written.push(entry);
            }
            const window = [epochMs(from), epochMs(from + lengthMs)] as const;
            const read = await ledger().read(market, ...window);
            const expected = written.filter(
              (entry) => timeOf(entry) >= window[0] && timeOf(entry) < window[1],
            );
            expect(read.map(timeOf)).toEqual(expected.map(timeOf).sort((a, b) => a - b));
            for (const entry of expected) expect(read).toContainEqual(entry);
          },
        ),
        { numRuns },
      );
    });
  });
}

function ofMarket(entry: LedgerEntry, market: MarketId): LedgerEntry {
  switch (entry.kind) {
    case 'fill':
      return { ...entry, fill: { ...entry.fill, market } };
    case 'funding':
      return { ...entry, payment: { ...entry.payment, market } };
    case 'adjustment':
      return { ...entry, market };
  }
}
