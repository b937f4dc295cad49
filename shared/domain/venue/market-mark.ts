import type { MarketId } from './market-id.ts';
import type { EpochMs, Price, SignedSize, Usd } from '../units.ts';

/**
 * How a market stands, in the few figures that others look at: its peers, the watchdog, an
 * operator.
 */
export interface MarketMark {
  readonly market: MarketId;
  readonly fence: number;
  readonly at: EpochMs;
  readonly mid: Price;
  readonly position: SignedSize;
  /** Since the session began. */
  readonly netPnlUsd: Usd;
  readonly peakUsd: Usd;
  /** What the UTC day began with. */
  readonly dayOpenUsd: Usd;
  /** Since when the loss limits count: they count anew from the lifting of a halt. */
  readonly limitsSince: EpochMs;
  /** What it was then. */
  readonly limitsFromUsd: Usd;
}
