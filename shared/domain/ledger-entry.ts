import type { Fill, FundingPayment } from './fill.ts';
import type { MarketId } from './market-id.ts';
import type { EpochMs, Price, SignedSize } from './units.ts';

/** A fact that money depends on, written once. P&L of any window is recomputed from these alone. */
export type LedgerEntry =
  | {
      readonly kind: 'fill';
      readonly fill: Fill;
      /** The mid last seen before the fill. */ readonly mid: Price;
      readonly fence: number;
    }
  | {
      readonly kind: 'funding';
      readonly payment: FundingPayment;
      readonly mid: Price;
      readonly fence: number;
    }
  /**
   * The venue's position was not what our fills say: the difference is taken over at the mid, at no
   * profit.
   */
  | {
      readonly kind: 'adjustment';
      readonly market: MarketId;
      readonly at: EpochMs;
      readonly size: SignedSize;
      readonly mid: Price;
      readonly fence: number;
    };

export function timeOf(entry: LedgerEntry): EpochMs {
  switch (entry.kind) {
    case 'fill':
      return entry.fill.at;
    case 'funding':
      return entry.payment.at;
    case 'adjustment':
      return entry.at;
  }
}
