import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { atIndex } from '#shared/domain/order/grid.ts';
import { epochMs, price, signedSize, size } from '#shared/domain/units.ts';
import { sessionOf } from '#shared/market/begin.ts';
import { possiblePositions } from '#shared/market/books/position.ts';
import type { Output } from '#shared/market/output.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import { LOT } from '../../builders/play/lagging-venue.ts';
import {
  aLoneFill,
  LoneMarket,
  nothingKnown,
  rowsOf,
  RULES,
  said,
} from '../../builders/play/lone-market.ts';

const LOOK = 3000;
const LAG = RULES.abilities.listsLagMs;
const PATIENCE = LAG + MARKET_BOUNDS.disputeMs;
const TAKEN_OVER = 'position mismatch: the venue is taken over';

/** A bid that rests for ten minutes, however the picture changes. */
const KNOWN = nothingKnown({
  quoteSizeUsd: 600,
  maxInventoryUsd: 10_000,
  maxQuoteAgeMs: 600_000,
  skewFactor: 0,
  hedgeThresholdUsd: 5000,
  hedgeThresholdRatio: 5,
});

const lotsOf = (amount: number): number => Math.round(amount / LOT.step);

/** One whose bid trades, is shown to have, and may never be listed to have. Amounts are lots. */
class ToldOnly {
  market = new LoneMarket(KNOWN);
  readonly id: string;
  readonly #size: number;
  /** What the venue holds, what its list of orders says the bid traded, and its executions. */
  held = 0;
  told = 0;
  readonly fills: { readonly fill: Fill; readonly from: number }[] = [];
  readonly #facts: StoredFact[] = [];
  /** How often a difference was taken over. */
  times = 0;

  constructor() {
    this.market.sent(this.market.look(0));
    const bid = rowsOf(this.market.state).find(({ side }) => side === 'buy');
    this.id = bid?.venueId ?? '';
    this.#size = lotsOf(bid?.remaining ?? 0);
  }

  get rests(): boolean {
    return rowsOf(this.market.state).some(({ venueId }) => venueId === this.id);
  }

  get lots(): number {
    return lotsOf(this.market.state.books.pnl.position.size);
  }

  /** The bid trades now, and is listed to have from so much later on. */
  trade(lots: number, listedAfterMs: number): void {
    if (!this.rests || this.told + lots > this.#size) return;
    this.told += lots;
    this.held += lots;
    const { at } = this.market;
    const traded = { id: `f${this.fills.length}`, at, orderId: this.id };
    const fill = aLoneFill({ ...traded, size: size(atIndex(LOT, lots)) });
    this.fills.push({ fill, from: at + listedAfterMs });
  }

  look(): void {
    const left = size(atIndex(LOT, this.#size - this.told));
    const orders = rowsOf(this.market.state)
      .filter(({ venueId }) => venueId !== this.id || left > 0)
      .map((row) => (row.venueId === this.id ? { ...row, remaining: left } : row));
    const now = this.market.at + LOOK;
    const listed = this.fills.filter(({ from }) => from <= now).map(({ fill }) => fill);
    const outputs = this.market.look(LOOK, { held: atIndex(LOT, this.held), orders }, listed);
    this.note(outputs);
    this.times += said(outputs).filter((what) => what === TAKEN_OVER).length;
    if (this.market.state.sending !== undefined) this.note(this.market.sent(outputs));
  }

  note(outputs: readonly Output[]): void {
    this.#facts.push(...outputs.flatMap((one) => (one.kind === 'record' ? [one.fact] : [])));
  }

  looks(ms: number): void {
    for (let past = 0; past < ms; past += LOOK) this.look();
  }

  /** Another holder goes on from what is saved. */
  handOver(): void {
    const { state, at, rules } = this.market;
    const saved = sessionOf(state, 'g', at, rules);
    const next = { ...rules, fence: rules.fence + 1 };
    const averageEntry = this.held === 0 ? undefined : price(100_000);
    const held = { size: signedSize(atIndex(LOT, this.held)), averageEntry };
    const known = { ...KNOWN, saved, held, facts: this.#facts };
    this.market = new LoneMarket(known, next, epochMs(at + 1000));
  }

  get possible(): readonly number[] {
    return possiblePositions(this.market.state, this.market.rules).map(lotsOf);
  }
}

describe('an execution that was told of and is never listed', () => {
  it('is taken over once, and still counts as what may be held besides (C1, E1)', () => {
    const quote = new ToldOnly();
    quote.trade(1, Infinity);
    quote.looks(4 * PATIENCE);
    expect(quote.rests).toBe(true);
    expect([quote.lots, quote.times]).toEqual([1, 1]);
    expect(Math.max(...quote.possible)).toBe(2);
    expect(Math.min(...quote.possible)).toBe(1);
  });

  it('hides no other difference of its size, whoever holds the lease by then (E1)', () => {
    const quote = new ToldOnly();
    quote.trade(1, Infinity);
    quote.held = 0;
    for (let times = 0; times < 4; times += 1) {
      quote.looks(PATIENCE / 3);
      quote.handOver();
    }
    quote.held = 1;
    for (let times = 0; times < 8; times += 1) {
      quote.looks(PATIENCE / 3);
      quote.handOver();
    }
    expect(quote.rests).toBe(true);
    expect([quote.lots, quote.times]).toEqual([1, 1]);
  });

  it('does not hide one when its order is gone, either', () => {
    const quote = new ToldOnly();
    quote.trade(1, Infinity);
    quote.held = 0;
    quote.looks(2 * PATIENCE);
    quote.told = 4;
    quote.looks(PATIENCE / 3);
    quote.held = 1;
    quote.look();
    expect(quote.rests).toBe(false);
    expect(quote.market.state.sight.position.kind).toBe('asking');
  });

  it('that is listed after all is booked in the place of what was taken over (E1)', () => {
    const quote = new ToldOnly();
    quote.trade(1, 4 * PATIENCE + LOOK);
    quote.looks(4 * PATIENCE);
    expect([quote.lots, quote.times, quote.market.state.books.pnl.fills]).toEqual([1, 1, 0]);
    quote.looks(PATIENCE);
    expect([quote.lots, quote.times, quote.market.state.books.pnl.fills]).toEqual([1, 1, 1]);
    expect(quote.market.state.books.adjustments).toEqual([]);
    expect(new Set(quote.possible)).toEqual(new Set([1]));
  });

  it('explains the position for as long as lists may lag: nothing is taken over (B6)', () => {
    const trade = fc.record({ lots: fc.integer({ min: 1, max: 2 }), pause: fc.nat(20) });
    const inTime = fc.array(fc.tuple(trade, fc.nat(LAG)), { maxLength: 6 });
    fc.assert(
      fc.property(inTime, (trades) => {
        const quote = new ToldOnly();
        for (const [{ lots, pause }, listedAfterMs] of trades) {
          quote.trade(lots, listedAfterMs);
          quote.looks(pause * LOOK);
        }
        quote.looks(PATIENCE);
        expect([quote.lots, quote.times]).toEqual([quote.held, 0]);
      }),
      { numRuns: 40 },
    );
  });

  it('and whatever else trades: the books end with what the venue holds (E1)', () => {
    const event = fc.record({
      what: fc.constantFrom('trade', 'trade', 'somebody else', 'hand-over'),
      lots: fc.integer({ min: 1, max: 2 }),
      listedAfterMs: fc.oneof(fc.nat(2 * LAG), fc.constant(Infinity)),
      pause: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), (events) => {
        const quote = new ToldOnly();
        for (const { what, lots, listedAfterMs, pause } of events) {
          if (what === 'trade') quote.trade(lots, listedAfterMs);
          if (what === 'somebody else') quote.held += lots;
          if (what === 'hand-over') quote.handOver();
          quote.looks(pause * LOOK);
        }
        quote.looks(4 * PATIENCE);
        expect(quote.lots).toBe(quote.held);
        // Of what is listed later than a venue says, some is found within the hour.
        const { fills } = quote.market.state.books.pnl;
        const inTime = quote.fills.filter(({ fill, from }) => from <= fill.at + LAG);
        const listed = quote.fills.filter(({ from }) => from <= quote.market.at);
        expect(fills).toBeGreaterThanOrEqual(inTime.length);
        expect(fills).toBeLessThanOrEqual(listed.length);
        expect(quote.times).toBeLessThanOrEqual(events.length);
      }),
      { numRuns: 40 },
    );
  });
});
