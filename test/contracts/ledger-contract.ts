import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { type LedgerEntry, type StoredFact, timeOf } from '#shared/domain/books/ledger-entry.ts';
import { DAY_MS } from '#shared/domain/time.ts';
import { epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { Ledger } from '#shared/ports/stores/ledger.ts';
import { arbitraryFact } from '#test/builders/arbitrary/arbitrary-items.ts';
import { ANY_MARKET as ANY, freshMarket } from '#test/builders/fresh-market.ts';

const MIDNIGHT = 1_767_571_200_000;

const aFillEntry = (market: MarketId, at: number, id: string): LedgerEntry & { kind: 'fill' } => ({
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
});

export const aFillFact = (market: MarketId, at: number, id: string): StoredFact => ({
  number: 1,
  fence: 3,
  entry: aFillEntry(market, at, id),
});

/** What every Ledger keeps. */
export function describesALedger(ledger: () => Ledger, numRuns: number): void {
  describe('as a ledger', () => {
    it('writes a fact once, however often it is appended, and says what the books hold', async () => {
      const market = freshMarket();
      const fact = aFillFact(market, MIDNIGHT, 'f1');
      expect(await ledger().append(fact)).toEqual({ kind: 'written' });
      const again = {
        number: 7,
        fence: 9,
        entry: { ...aFillEntry(market, MIDNIGHT, 'f1'), mid: price(1) },
      };
      expect(await ledger().append(again)).toStrictEqual({ kind: 'already-there', stored: fact });
      expect(await ledger().read(market, epochMs(MIDNIGHT), epochMs(MIDNIGHT + 1))).toStrictEqual([
        fact,
      ]);
    });

    it('writes it once also when many append it at once, and tells the others of it', async () => {
      const market = freshMarket();
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          ledger().append({ ...aFillFact(market, MIDNIGHT, 'f1'), number: index + 1 }),
        ),
      );
      const [kept] = await ledger().read(market, epochMs(MIDNIGHT), epochMs(MIDNIGHT + 1));
      expect(answers.filter(({ kind }) => kind === 'written')).toHaveLength(1);
      for (const answer of answers)
        expect(answer.kind === 'written' ? kept : answer.stored).toStrictEqual(kept);
    });

    it('keeps apart the facts of the same millisecond', async () => {
      const market = freshMarket();
      const at = epochMs(MIDNIGHT);
      const gap = { kind: 'adjustment', market, at, size: signedSize(1), mid: price(2) } as const;
      const outcome = { kind: 'gave-up', reason: 'no liquidity' } as const;
      const hedge = { kind: 'hedge', market, at, completedAt: at, outcome } as const;
      const halt = { market, at, text: '', netPnlUsd: undefined };
      const entries: readonly LedgerEntry[] = [
        { ...gap, id: 'after-1' },
        { ...gap, id: 'after-2' },
        { ...gap, id: 'after-1-back', size: signedSize(-1) },
        aFillEntry(market, MIDNIGHT, 'a'),
        aFillEntry(market, MIDNIGHT, 'b'),
        {
          kind: 'funding',
          payment: { market, at, rate: 1e-4, amountUsd: usd(-0.1) },
          mid: price(2),
        },
        { ...hedge, intent: 'h1' },
        { ...hedge, intent: 'h2' },
        { kind: 'halt', halt: { ...halt, cause: 'session-stop-loss' } },
        { kind: 'halt', halt: { ...halt, cause: 'daily-loss-limit' } },
      ];
      for (const [index, entry] of entries.entries())
        expect(await ledger().append({ number: index, fence: 1, entry })).toEqual({
          kind: 'written',
        });
      expect(await ledger().read(market, at, epochMs(at + 1))).toHaveLength(entries.length);
    });

    it('reads from the first moment inclusive to the last exclusive, over midnight, oldest first', async () => {
      const market = freshMarket();
      const times = [-DAY_MS - 1, -DAY_MS, -1, -0.5, 0, 0.25, 1, DAY_MS - 1, DAY_MS];
      const ids = times.map((_, index) => `f${index}`);
      for (const [index, offset] of [...times.entries()].toReversed())
        await ledger().append(aFillFact(market, MIDNIGHT + offset, `f${index}`));
      const idsIn = async (from: number, to: number): Promise<readonly string[]> =>
        (await ledger().read(market, epochMs(MIDNIGHT + from), epochMs(MIDNIGHT + to))).map(
          ({ entry }) => (entry.kind === 'fill' ? entry.fill.id : ''),
        );
      expect(await idsIn(-2 * DAY_MS, 2 * DAY_MS)).toEqual(ids);
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
      await ledger().append(aFillFact(one, MIDNIGHT, 'f1'));
      expect(await ledger().read(other, epochMs(MIDNIGHT), epochMs(MIDNIGHT + DAY_MS))).toEqual([]);
    });

    it('gives back exactly what was appended within the window and nothing else, whatever it was', async () => {
      const around = fc.integer({ min: MIDNIGHT - DAY_MS, max: MIDNIGHT + DAY_MS });
      await fc.assert(
        fc.asyncProperty(
          fc.array(arbitraryFact(ANY, around), { maxLength: 8 }),
          around,
          fc.nat(DAY_MS),
          async (templates, from, lengthMs) => {
            const market = freshMarket();
            const written: StoredFact[] = [];
            for (const template of templates) {
              const fact = { ...template, entry: ofMarket(template.entry, market) };
              if ((await ledger().append(fact)).kind === 'written') written.push(fact);
            }
            const window = [epochMs(from), epochMs(from + lengthMs)] as const;
            const read = await ledger().read(market, ...window);
            const expected = written.filter(
              ({ entry }) => timeOf(entry) >= window[0] && timeOf(entry) < window[1],
            );
            const times = (facts: readonly StoredFact[]) => facts.map(({ entry }) => timeOf(entry));
            expect(times(read)).toEqual(times(expected).sort((a, b) => a - b));
            for (const fact of expected) expect(read).toContainEqual(fact);
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
    case 'hedge':
      return { ...entry, market };
    case 'halt':
      return { ...entry, halt: { ...entry.halt, market } };
  }
}
