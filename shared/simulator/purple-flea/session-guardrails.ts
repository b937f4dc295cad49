import { opposite, reducingSide, type Side } from '../../domain/order/side.ts';

/** What a quote request asks the exchange to watch over. Undefined: not watched. */
export interface SessionLimits {
  /** From this position on, long or short, only the reducing side is quoted. USD. */
  readonly maxInventoryUsd?: number | undefined;
  /** Nothing is quoted while the market's own spread is wider. Share of mid in bps. */
  readonly maxSpreadBps?: number | undefined;
  /** A position beyond this is cut back to it with a market order. USD. */
  readonly autoHedgeThresholdUsd?: number | undefined;
  /** A session that lost more than this is over. USD, above zero. */
  readonly sessionStopLossUsd?: number | undefined;
}

/** What a session is judged by. */
export interface SessionPicture {
  /** Change of the account's equity through the market since the session began. */
  readonly netPnlUsd: number;
  /** Position at the mid, long is positive. */
  readonly inventoryUsd: number;
  readonly spreadBps: number;
}

export type Verdict =
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'one-sided'; readonly withheld: Side; readonly reason: string }
  | { readonly kind: 'quote' };

/** The most restrictive limit that is broken decides. */
export function judgeSession(
  limits: SessionLimits,
  { netPnlUsd, inventoryUsd, spreadBps }: SessionPicture,
): Verdict {
  if (limits.sessionStopLossUsd !== undefined && netPnlUsd < -limits.sessionStopLossUsd) {
    return {
      kind: 'stop',
      reason: `session lost ${(-netPnlUsd).toFixed(2)} USD; allowed: ${limits.sessionStopLossUsd}`,
    };
  }
  if (limits.maxSpreadBps !== undefined && spreadBps > limits.maxSpreadBps) {
    return {
      kind: 'pause',
      reason: `the market's spread is ${spreadBps.toFixed(2)} bps; allowed: ${limits.maxSpreadBps}`,
    };
  }
  if (limits.maxInventoryUsd !== undefined && Math.abs(inventoryUsd) >= limits.maxInventoryUsd) {
    const withheld = opposite(reducingSide(inventoryUsd));
    return {
      kind: 'one-sided',
      withheld,
      reason: `inventory is ${inventoryUsd.toFixed(2)} USD of ${limits.maxInventoryUsd}: no ${withheld} quote`,
    };
  }
  return { kind: 'quote' };
}

/**
 * USD by which the position is beyond the auto-hedge threshold; zero when it is not, or nothing is
 * watched.
 */
export const hedgeExcessUsd = (
  { autoHedgeThresholdUsd }: SessionLimits,
  inventoryUsd: number,
): number =>
  autoHedgeThresholdUsd === undefined
    ? 0
    : Math.max(0, Math.abs(inventoryUsd) - autoHedgeThresholdUsd);
