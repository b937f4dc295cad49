import type { MarketId } from '../venue/market-id.ts';
import type { Side } from '../order/side.ts';
import type { EpochMs, Usd } from '../units.ts';

/**
 * A breach that somebody has to act on: written before the event is put, so that it is acted on
 * once.
 */
export interface HedgeIntent {
  readonly id: string;
  readonly market: MarketId;
  readonly openedAt: EpochMs;
  /** Signed inventory at the breach. The hedge re-reads it and never acts on this figure. */
  readonly inventoryUsd: Usd;
  readonly thresholdUsd: Usd;
  /**
   * The parameters in force at the breach: share of the position to take off, and the worst price
   * in bps from the mid.
   */
  readonly hedgeFraction: number;
  readonly hedgeMaxSlippageBps: number;
}

export type HedgeStatus =
  | { readonly kind: 'open' }
  /** One invocation works on it; another may take over once the claim has expired. */
  | { readonly kind: 'claimed'; readonly by: string; readonly expiresAt: EpochMs }
  | { readonly kind: 'done'; readonly outcome: HedgeOutcome; readonly at: EpochMs };

export type HedgeOutcome =
  | {
      readonly kind: 'hedged';
      /** Which it traded on: the position may have turned since the breach. Older rows have none. */
      readonly side?: Side | undefined;
      readonly reducedUsd: Usd;
      readonly inventoryUsd: Usd;
    }
  | { readonly kind: 'not-needed'; readonly inventoryUsd: Usd }
  /** People stopped the trading before it was worked off. */
  | { readonly kind: 'called-off'; readonly reason: string }
  | { readonly kind: 'gave-up'; readonly reason: string };

/** One order of a hedge, written before it leaves: it may have traded though nobody heard of it. */
export interface HedgeAttempt {
  /** From 1, over all invocations: part of the order's id. */
  readonly number: number;
  readonly sentAt: EpochMs;
  /** Signed base units: when the hedge began, before this order, and what it asks for. */
  readonly began: number;
  readonly before: number;
  readonly asked: number;
}

export interface HedgeRecord {
  readonly intent: HedgeIntent;
  readonly status: HedgeStatus;
  /** The last order, of whichever invocation; undefined before the first. */
  readonly attempt: HedgeAttempt | undefined;
}

/** What is known of the hedges of a market that have ended, and how long the next one waits. */
export interface HedgesPast {
  /** The last one whose end was heard. */
  readonly endedId: string | undefined;
  /** Hedges done that took nothing off, since one that did or the breach ended. */
  readonly unhedgedInRow: number;
  readonly notBefore: EpochMs;
  /** What the one that ended last took off: booked, nothing more of it has to be shown. */
  readonly reduced: { readonly side: Side; readonly usd: Usd } | undefined;
  /** Executions as taker since the last breach, as booked, of no quote. Bought is positive. */
  readonly takenUsd: number;
  /** A position too small to trade was said. */
  readonly tooSmallSaid: boolean;
}
