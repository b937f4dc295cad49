import fc from 'fast-check';
import { grid } from '#shared/domain/order/grid.ts';
import { type LedgerEntry, timeOf } from '#shared/domain/books/ledger-entry.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, usd } from '#shared/domain/units.ts';
import { adjusted, deal, funded } from '#test/builders/ledger-entries.ts';
import { START, BTC } from '#test/builders/market.ts';

export const LOT = grid(0.001);

const cents = fc.integer({ min: 5000, max: 15_000 }).map((value) => price(value / 100));

export const arbitraryMid = cents;

/** What happened `waitedMs` after the entry before. */
const arbitraryFact = fc.record({
  waitedMs: fc.integer({ min: 0, max: 40_000 }),
  what: fc.constantFrom(
    'maker' as const,
    'maker' as const,
    'maker' as const,
    'taker' as const,
    'funding' as const,
    'adjustment' as const,
    'hedge' as const,
    'halt' as const,
  ),
  buy: fc.boolean(),
  lots: fc.integer({ min: 1, max: 900 }),
  at: cents,
  mid: cents,
  // Millionths of a dollar, so that no fee or part of one is a denormal or a -0, which a saved one
  // would not come back as.
  feeUsd: fc
    .integer({ min: -3_000_000, max: 3_000_000 })
    .map((millionths) => millionths / 1_000_000),
  level: fc.integer({ min: 0, max: 3 }),
});

type Fact = typeof arbitraryFact extends fc.Arbitrary<infer T> ? T : never;

/**
 * A market's ledger, oldest first: fills of both kinds, flips, fees of either sign, funding,
 * adjustments. Order ids end with the level.
 */
export const arbitraryLedger = fc.array(arbitraryFact, { maxLength: 60 }).map((facts) => {
  let at: number = START;
  return facts.map((fact, index): LedgerEntry => {
    at += fact.waitedMs;
    return entryOf(fact, index, at);
  });
});

export const levelOf = (orderId: string): number => Number(orderId.slice(-1));

/**
 * Cash and base units after the entries: what a venue's account would hold, counted without any of
 * our accounting.
 */
export function accountAfter(entries: readonly LedgerEntry[]): {
  readonly cashUsd: number;
  readonly lots: number;
} {
  let cashUsd = 0;
  let lots = 0;
  for (const entry of entries) {
    if (entry.kind === 'funding') cashUsd += entry.payment.amountUsd;
    if (entry.kind === 'adjustment') {
      cashUsd -= entry.size * entry.mid;
      lots += Math.round(entry.size * 1000);
    }
    if (entry.kind === 'fill') {
      cashUsd += entry.fill.feeUsd - signOf(entry.fill.side) * entry.fill.size * entry.fill.price;
      lots += signOf(entry.fill.side) * Math.round(entry.fill.size * 1000);
    }
  }
  return { cashUsd, lots };
}

export const before = (entries: readonly LedgerEntry[], at: number): readonly LedgerEntry[] =>
  entries.filter((entry) => timeOf(entry) < at);

function entryOf(fact: Fact, index: number, at: number): LedgerEntry {
  const { mid } = fact;
  const amount = fact.lots / 1000;
  switch (fact.what) {
    // Told for the record: no figure changes by them.
    case 'hedge':
      return {
        kind: 'hedge',
        intent: `h${index}`,
        market: BTC,
        at: epochMs(at),
        completedAt: epochMs(at + 1000),
        outcome: { kind: 'hedged', reducedUsd: usd(100), inventoryUsd: usd(0) },
      };
    case 'halt':
      return {
        kind: 'halt',
        halt: {
          market: BTC,
          cause: 'session-stop-loss',
          text: '',
          at: epochMs(at),
          netPnlUsd: -51,
        },
      };
    case 'funding':
      return funded(fact.feeUsd, mid, at - START);
    case 'adjustment':
      return { ...adjusted(fact.buy ? amount : -amount, mid, at - START), id: `gap-${index}` };
    case 'maker':
    case 'taker':
      return deal(fact.buy ? 'buy' : 'sell', amount, fact.at, {
        mid,
        feeUsd: fact.feeUsd,
        ms: at - START,
        liquidity: fact.what,
        id: `fil_${index}`,
        orderId: `ord_${index}_${fact.level}`,
      });
  }
}
