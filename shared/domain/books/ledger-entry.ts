import type { Fill, FundingPayment } from './fill.ts';
import type { DatedHalt } from '../trading/halt.ts';
import type { HedgeOutcome } from '../trading/hedge.ts';
import type { MarketId } from '../venue/market-id.ts';
import type { EpochMs, Price, SignedSize } from '../units.ts';

/** A fact that money depends on, written once. P&L of any window is recomputed from these alone. */
export type LedgerEntry =
  | {
      readonly kind: 'fill';
      readonly fill: Fill;
      /** The first seen at or after the fill; before there is one, the last before it. */
      readonly mid: Price;
    }
  | {
      readonly kind: 'funding';
      readonly payment: FundingPayment;
      readonly mid: Price;
    }
  /**
   * The venue's position was not what our fills say: the difference is taken over at the mid, at no
   * profit. Taking it back is another one of the opposite size and the same mid, id `<id>-back`.
   */
  | {
      readonly kind: 'adjustment';
      /** Unique in the market, made by the writer from what it explains. */
      readonly id: string;
      readonly market: MarketId;
      readonly at: EpochMs;
      readonly size: SignedSize;
      readonly mid: Price;
    }
  /**
   * What became of a hedge intent: written before its row is closed. Its fills are facts of their
   * own.
   */
  | {
      readonly kind: 'hedge';
      readonly intent: string;
      readonly market: MarketId;
      /** When the intent was opened, so that one intent has one key. */
      readonly at: EpochMs;
      readonly completedAt: EpochMs;
      readonly outcome: HedgeOutcome;
    }
  | { readonly kind: 'halt'; readonly halt: DatedHalt };

/** What moves cash or position. The rest is told for the record. */
export type MoneyEntry = Extract<LedgerEntry, { readonly mid: Price }>;

export const movesMoney = (entry: LedgerEntry): entry is MoneyEntry =>
  entry.kind !== 'hedge' && entry.kind !== 'halt';

/** A fact as stored. */
export interface StoredFact {
  /**
   * Per market, grows by one, given by whoever holds the lease; 0 for a fact of anybody else, which
   * no total is made of.
   */
  readonly number: number;
  /** Of the lease it was written under; 0 for a fact of anybody else. */
  readonly fence: number;
  readonly entry: LedgerEntry;
}

export function timeOf(entry: LedgerEntry): EpochMs {
  switch (entry.kind) {
    case 'fill':
      return entry.fill.at;
    case 'funding':
      return entry.payment.at;
    case 'adjustment':
    case 'hedge':
      return entry.at;
    case 'halt':
      return entry.halt.at;
  }
}

export function marketOf(entry: LedgerEntry): MarketId {
  switch (entry.kind) {
    case 'fill':
      return entry.fill.market;
    case 'funding':
      return entry.payment.market;
    case 'adjustment':
    case 'hedge':
      return entry.market;
    case 'halt':
      return entry.halt.market;
  }
}

/** `fill#<id>`: with market and time the whole identity of a fact, however often it is written. */
export function factName(entry: LedgerEntry): string {
  switch (entry.kind) {
    case 'fill':
      return `fill#${entry.fill.id}`;
    case 'funding':
      return 'funding#boundary';
    case 'adjustment':
      return `adjustment#${entry.id}`;
    case 'hedge':
      return `hedge#${entry.intent}`;
    case 'halt':
      return `halt#${entry.halt.cause}`;
  }
}

/** Oldest first; facts of one moment by their names, so that every reader sees one order. */
export function byTimeThenName(a: StoredFact, b: StoredFact): number {
  const [first, second] = [timeOf(a.entry), timeOf(b.entry)];
  if (first !== second) return first - second;
  return factName(a.entry) < factName(b.entry) ? -1 : 1;
}
