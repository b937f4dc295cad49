import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { boundariesCrossed, nextBoundary } from '#shared/domain/venue/funding.ts';
import { type EpochMs, epochMs, price, usd } from '#shared/domain/units.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  LOST,
  nothingKnown,
  said,
} from '../../builders/play/lone-market.ts';
import { PLAYED } from '../../builders/play/market-play.ts';
import { START } from '../../builders/market.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const FIRST = nextBoundary(START, 8);
const SECOND = nextBoundary(FIRST, 8);

const payments = (market: LoneMarket, at: readonly EpochMs[]) =>
  market.hear({
    kind: 'payments',
    until: market.at,
    answer: done(at.map((one) => ({ market: PLAYED, at: one, rate: 0.0001, amountUsd: usd(-1) }))),
  });

const isAsked = (market: LoneMarket, at: number) =>
  market.time(at - market.at).find(({ kind }) => kind === 'ask-payments');

/** Marked once, so that a payment can be booked. */
function watching(): LoneMarket {
  const market = new LoneMarket();
  market.look(0);
  market.fills([]);
  return market;
}

describe('funding', () => {
  it('is asked for a second after its boundary, then ever more rarely while it is not listed', () => {
    const market = watching();
    expect(isAsked(market, FIRST + 999)).toBeUndefined();
    expect(isAsked(market, FIRST + 1000)).toMatchObject({ after: START, until: FIRST + 1000 });
    payments(market, []);
    expect(isAsked(market, FIRST + 20_000)).toBeUndefined();
    expect(isAsked(market, FIRST + 31_000)).toBeDefined();
    payments(market, []);
    expect(isAsked(market, FIRST + HOUR)).toBeDefined();
    payments(market, []);
    expect(isAsked(market, FIRST + HOUR + 5 * MINUTE)).toBeUndefined();
    expect(isAsked(market, FIRST + HOUR + 6 * MINUTE)).toBeDefined();
    expect(kinds(payments(market, [FIRST]))).toContain('record');
    expect(market.state.books.fundingPaid).toEqual([FIRST]);
    expect(kinds(payments(market, [FIRST]))).not.toContain('record');
  });

  it('of a boundary is asked for at its own pace, however long an older one is open (D6)', () => {
    const market = watching();
    expect(isAsked(market, FIRST + 7.9 * HOUR)).toBeDefined();
    payments(market, []);
    expect(isAsked(market, SECOND + 1000)).toMatchObject({ after: START });
    payments(market, []);
    expect(isAsked(market, SECOND + 31_000)).toBeDefined();
    payments(market, [SECOND]);
    expect(market.state.books.fundingPaid).toEqual([SECOND]);
    // The older one is still open, for a day.
    expect(isAsked(market, SECOND + 2 * HOUR)).toBeDefined();
    payments(market, [FIRST]);
    expect(market.state.books.fundingPaid).toEqual([SECOND, FIRST]);
    expect(isAsked(market, SECOND + 4 * HOUR)).toBeUndefined();
  });

  it('that could not be read is said, and asked for again', () => {
    const market = watching();
    isAsked(market, FIRST + 1000);
    const answer = failed(LOST);
    const lost = { kind: 'payments', until: market.at, answer } as const;
    expect(said(market.hear(lost))).toEqual(['funding not read']);
    expect(isAsked(market, FIRST + 31_000)).toBeDefined();
  });

  it('rates that could not be read are asked for again within minutes, others in an hour', () => {
    const market = watching();
    const asksRate = (afterMs: number) =>
      market.time(afterMs).some((one) => one.kind === 'ask' && one.what === 'funding');
    const rate = { rate: 0.001, intervalHours: 4, nextAt: epochMs(START + HOUR) };
    expect(asksRate(HOUR)).toBe(true);
    market.hear({ kind: 'funding', answer: failed(LOST) });
    expect(asksRate(59_000)).toBe(false);
    expect(asksRate(1000)).toBe(true);
    market.hear({ kind: 'funding', answer: done(rate) });
    expect(market.state.funding.rate).toEqual(rate);
    expect(asksRate(59 * MINUTE)).toBe(false);
    expect(asksRate(MINUTE)).toBe(true);
  });

  it('of every boundary crossed in a day is asked for by whoever trades, unless it is booked (D6)', () => {
    const hours = fc.constantFrom(1, 4, 8);
    const tradedForMs = fc.integer({ min: 1, max: 40 * HOUR });
    fc.assert(
      fc.property(hours, tradedForMs, fc.array(fc.boolean()), (intervalHours, forMs, booked) => {
        const since = epochMs(START - forMs);
        const crossed = boundariesCrossed(since, epochMs(START - 1000), intervalHours);
        const paid = crossed.filter((_, index) => booked[index] ?? false);
        const facts = rebuiltFrom(since, paid);
        const funding = { ...nothingKnown().funding, intervalHours };
        const market = new LoneMarket({ ...nothingKnown(), facts, funding });
        const open = crossed.filter((at) => at > START - 24 * HOUR && !paid.includes(at));
        const asked = market.outputs.find(({ kind }) => kind === 'ask-payments');
        expect(asked === undefined).toBe(open.length === 0);
        const { after, until } = asked?.kind === 'ask-payments' ? asked : NEVER;
        for (const at of open) expect(at > after && at <= until).toBe(true);
        market.look(0);
        const records = payments(market, [...open, ...paid]).filter(
          ({ kind }) => kind === 'record',
        );
        expect(records).toHaveLength(open.length);
        expect(market.state.books.fundingPaid).toEqual(expect.arrayContaining(open));
      }),
    );
  });
});

const NEVER = { after: Infinity, until: -Infinity };

/** A ledger of a market whose session is lost: one execution, then what was paid. */
const rebuiltFrom = (since: EpochMs, paid: readonly EpochMs[]): readonly StoredFact[] => [
  {
    number: 1,
    fence: 1,
    entry: { kind: 'fill', fill: aLoneFill({ at: since }), mid: price(100_000) },
  },
  ...paid.map((at, index) => ({
    number: index + 2,
    fence: 1,
    entry: {
      kind: 'funding' as const,
      payment: { market: PLAYED, at, rate: 0.0001, amountUsd: usd(-1) },
      mid: price(100_000),
    },
  })),
];
