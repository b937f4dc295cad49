import { midOf } from '../../domain/book.ts';
import { formatClientOrderId } from '../../domain/client-order-id.ts';
import { describeFailure, done, failed, type VenueOutcome } from '../../domain/failure.ts';
import type { HedgeIntent } from '../../domain/hedge.ts';
import type { MarketSpec, MarketSymbol } from '../../domain/market.ts';
import type { ReducePosition } from '../../domain/order.ts';
import { epochMs, type Price, size } from '../../domain/units.ts';
import { planHedge } from '../../hedging/hedge-plan.ts';
import { reviewCommands } from '../../orders/review-commands.ts';
import { answersOf, lookAt } from '../venue.ts';
import { HEDGE_BOUNDS, type HedgeDeps } from './hedge-deps.ts';

/** What is held, and where the market is, now. */
export interface Holding {
  /** Signed base units. */
  readonly position: number;
  readonly mid: Price;
  readonly spec: MarketSpec;
}

export async function readHolding(
  { venue }: HedgeDeps,
  market: MarketSymbol,
): Promise<VenueOutcome<Holding>> {
  const [spec, look] = await Promise.all([venue.spec(market), lookAt(venue, market)]);
  if (!spec.ok) return spec;
  if (!look.ok) return look;
  const { book, position } = look.value;
  if (!book.ok) return failed({ kind: 'rejected', code: 'no-book', reason: book.failure });
  return done({ position: position.size, mid: midOf(book.value), spec: spec.value });
}

/**
 * One reduce-only order. The answer is a word for the log: what was achieved, only the next look at
 * the position can tell.
 */
export async function reduceOnce(
  { venue, clock, log }: HedgeDeps,
  intent: HedgeIntent,
  held: Holding,
  attempt: number,
): Promise<string> {
  const plan = planHedge(held.position, held.mid, held.spec, {
    thresholdUsd: intent.thresholdUsd,
    fraction: intent.hedgeFraction,
    maxSlippageBps: intent.hedgeMaxSlippageBps,
  });
  if (plan === undefined) return 'the position is too small to trade';
  const command: ReducePosition = {
    kind: 'reduce',
    market: intent.market,
    clientId: formatClientOrderId({
      market: intent.market,
      side: plan.side,
      level: 0,
      fence: intent.openedAt,
      counter: attempt,
    }),
    side: plan.side,
    size: plan.size,
    positionSize: size(Math.abs(held.position)),
    limitPrice: plan.limitPrice,
  };
  const { approved, refused } = reviewCommands([command], {
    maxInventoryUsd: 0,
    mid: held.mid,
    positions: [held.position],
    working: [],
  });
  for (const { why } of refused)
    log.error('hedge refused by review', { hedgeId: intent.id, why: why.text });
  const expiresAt = epochMs(clock.now() + HEDGE_BOUNDS.workMs);
  const [answer] = answersOf(approved, await venue.send(approved, expiresAt));
  if (answer === undefined) return 'refused by review';
  if (answer.outcome.ok) return 'reduced';
  const { failure } = answer.outcome;
  if (failure.kind === 'rate-limited') await clock.sleep(failure.retryAfterMs);
  // An order without an answer may still arrive: it must have, or never will, before the position
  // is read again.
  if (failure.kind === 'outcome-unknown')
    await clock.sleep(venue.can.requestTimeoutMs * HEDGE_BOUNDS.settledAfterTimeouts);
  log.warn('hedge order failed', { hedgeId: intent.id, ...failure });
  return describeFailure(failure);
}
