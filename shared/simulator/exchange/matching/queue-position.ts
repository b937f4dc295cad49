/** How a resting order fills when the market trades at its price. */
export type FillModel =
  /** By its place in the queue: what was displayed before it must trade or be cancelled first. */
  | 'queue'
  /** Pessimistic: only when the market trades or quotes through its price. */
  | 'trade-through'
  /** Optimistic: whenever the market trades at its price. */
  | 'touch';

export const FILL_MODELS: readonly FillModel[] = ['queue', 'trade-through', 'touch'];

/** Where an order stands at its price, in lots of displayed liquidity. */
export interface QueuePosition {
  /**
   * Ahead of us: an estimate, a fraction at times. Infinity while the picture does not reach as
   * deep as the order.
   */
  readonly aheadLots: number;
  /** What was displayed at the price when last seen. */
  readonly shownLots: number;
  /** What has traded at the price since. */
  readonly tradedLots: number;
}

/** Behind everything displayed; nothing is known where nothing is displayed that deep. */
export const joinQueue = (shownLots: number | undefined): QueuePosition => ({
  aheadLots: shownLots ?? Number.POSITIVE_INFINITY,
  shownLots: shownLots ?? Number.POSITIVE_INFINITY,
  tradedLots: 0,
});

/**
 * Exponent of the probability that a cancellation happens behind us: 3 is the usual choice, higher
 * is more optimistic.
 */
const POWER = 3;

/**
 * The queue after a new look at the displayed size. What vanished without trading was cancelled;
 * with probability behind^n / (behind^n + ahead^n) it was behind us. Source: the power probability
 * queue model, R. Rigtorp, "Estimating order queue position" (2013), as generalised in
 * hftbacktest's documentation ("Probability Queue Models").
 */
export function seenInQueue(queue: QueuePosition, shownLots: number): QueuePosition {
  // Most quotes change nothing at our price: the same place then, not a new one like it.
  if (queue.shownLots === shownLots && queue.tradedLots === 0) return queue;
  if (queue.aheadLots === Number.POSITIVE_INFINITY) return joinQueue(shownLots);
  const vanished = queue.shownLots - queue.tradedLots - shownLots;
  if (vanished <= 0)
    return { aheadLots: Math.min(queue.aheadLots, shownLots), shownLots, tradedLots: 0 };
  const ahead = queue.aheadLots;
  const behind = Math.max(0, queue.shownLots - queue.tradedLots - ahead);
  const shareBehind = ahead === 0 ? 1 : behind ** POWER / (behind ** POWER + ahead ** POWER);
  const cancelledAhead =
    (1 - shareBehind) * vanished + Math.max(0, shareBehind * vanished - behind);
  return {
    aheadLots: Math.min(Math.max(0, ahead - cancelledAhead), shownLots),
    shownLots,
    tradedLots: 0,
  };
}
