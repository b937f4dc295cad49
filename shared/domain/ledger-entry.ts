import type { Fill, FundingPayment } from './fill.ts';
import type { Halt } from './halt.ts';
import type { HedgeOutcome } from './hedge.ts';
import type { MarketId } from './market-id.ts';
import type { EpochMs, Price, SignedSize } from './units.ts';

/** A fact that money depends on, written once. P&L of any window is recomputed from these alone. */
export type LedgerEntry =
  /** `mid`: the first seen at or after the fill, or the last before it. */
  | { readonly kind: 'fill'; readonly fill: Fill; readonly mid: Price }
  | { readonly kind: 'funding'; readonly payment: FundingPayment; readonly mid: Price }
  | {
      readonly kind: 'adjustment';
      readonly id: string;
      readonly market: MarketId;
      readonly at: EpochMs;
      readonly size: SignedSize;
      readonly mid: Price;
    }
  | {
      readonly kind: 'hedge';
      readonly market: MarketId;
      readonly id: string;
      readonly at: EpochMs;
      readonly outcome: HedgeOutcome;
    }
  | { readonly kind: 'halt'; readonly halt: Halt };

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
