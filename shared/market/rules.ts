import type { MarketId } from '../domain/venue/market-id.ts';
import type { MarketSpec } from '../domain/venue/market.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { VenueAbilities } from '../domain/venue/venue-abilities.ts';

/** What is constant for one invocation's share in trading a market. */
export interface Rules {
  readonly market: MarketId;
  readonly deployment: string;
  /** Fencing token of the lease. */
  readonly fence: number;
  readonly spec: MarketSpec;
  readonly abilities: VenueAbilities;
}

/** Bounds of the loop. Named here so that no number hides in a body. */
export const MARKET_BOUNDS = {
  /** Looks in a row that may follow each other without a pause. */
  promptLooks: 3,
  /** Position and list of orders are asked for no further apart than this, whatever is expected. */
  accountPartMs: 12 * SECOND_MS,
  /** A look whose answers take longer than this beyond its interval is a blind one. */
  lookGraceMs: SECOND_MS,
  /** After failed looks: about this long, then twice as long, at most the second figure (C12). */
  backOffBaseMs: SECOND_MS,
  backOffMaxMs: 10 * SECOND_MS,
  /** The same for places the venue refuses for good (margin, rights), and hedges that gave up. */
  refusalBaseMs: 2 * SECOND_MS,
  refusalMaxMs: 5 * MINUTE_MS,
  hedgeRetryMs: MINUTE_MS,
  /** A hedge reckons at the mid of its end, its executions are booked at their prices. */
  hedgeSlack: 0.02,
  hedgeBackOffMaxMs: HOUR_MS,
  /**
   * A mid this far from the last one, within ten seconds, is doubted until a later book is this
   * near to it, so long after.
   */
  doubtRatio: 0.01,
  confirmRatio: 0.005,
  confirmAfterMs: 3 * SECOND_MS,
  /** Executions are read again this far back beyond what the venue's lists may lag. */
  fillOverlapMs: 15 * SECOND_MS,
  /** What was listed late beyond that is looked for once an hour, and before an adjustment. */
  deepFillsEveryMs: HOUR_MS,
  deepFillsMs: 2 * HOUR_MS,
  oldestFillMs: DAY_MS,
  /** A position that fills do not explain is taken over after the lists' lag and this. */
  disputeMs: 15 * SECOND_MS,
  /**
   * A funding payment is asked for a second after its boundary, then ever more rarely for a day.
   */
  fundingDelayMs: SECOND_MS,
  fundingPollMs: 30 * SECOND_MS,
  fundingOpenMs: DAY_MS,
  volatilityEveryMs: 5 * MINUTE_MS,
  fundingRateEveryMs: HOUR_MS,
  fundingRateRetryMs: MINUTE_MS,
  /** What people wrote, not read for this long: no new quotes, then a stop. */
  controlUnreadMs: 30 * SECOND_MS,
  controlLostMs: MINUTE_MS,
  /** Facts that are not durable for this long: no new quotes. */
  factsPendingMs: MINUTE_MS,
  /** So many of them: nothing that could book more is asked for. */
  mostPendingFacts: 1000,
  /** Orders of ours that work or ended lately: so many fit into a session. */
  mostOrders: 1000,
  /** Up to so many, as many are placed as are wanted. */
  plentyOrders: 200,
  /** Trades and fills kept for a decision, while none is made: the newest. */
  mostUndecided: 1000,
  /**
   * An execution dated this long after a difference was taken over, by our clock, may still explain
   * it.
   */
  fillAfterMs: 2 * SECOND_MS,
  /** Between two tries to see a market empty. */
  emptyRetryMs: 500,
  emptyRetryMaxMs: 5 * SECOND_MS,
  /** Between two looks while a stop is under way, however far apart they are otherwise. */
  stopLookMs: 3 * SECOND_MS,
} as const;

export const BACK_OFF = {
  baseMs: MARKET_BOUNDS.backOffBaseMs,
  maxMs: MARKET_BOUNDS.backOffMaxMs,
};
