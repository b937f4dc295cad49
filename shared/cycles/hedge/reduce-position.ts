import { inventoryCapUsd } from '../../domain/books/inventory-cap.ts';
import { formatClientOrderId } from '../../domain/order/client-order-id.ts';
import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import type { HedgeIntent } from '../../domain/trading/hedge.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { ReducePosition } from '../../domain/order/order.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import { signOf } from '../../domain/order/side.ts';
import { type EpochMs, epochMs, type Price, size, type Size } from '../../domain/units.ts';
import type { CommandResult } from '../../domain/venue/venue-answers.ts';
import { planHedge } from '../../hedging/hedge-plan.ts';
import type { MayFill } from '../../orders/exposure.ts';
import { reviewCommands } from '../../orders/review-commands.ts';
import type { HedgeDeps } from './hedge-deps.ts';

/** What is held, what rests beside it, and where the market is, now. */
export interface Holding {
  /** Signed base units. */
  readonly position: number;
  readonly resting: readonly MayFill[];
  readonly mid: Price;
  readonly spec: MarketSpec;
}

export async function readHolding(
  { venue }: Pick<HedgeDeps, 'venue'>,
  market: MarketId,
): Promise<VenueOutcome<Holding>> {
  const [spec, account, picture] = await Promise.all([
    venue.data.spec(market),
    venue.execution.account(market),
    venue.data.book(market),
  ]);
  if (!spec.ok) return spec;
  if (!account.ok) return account;
  if (!picture.ok) return picture;
  const { book } = picture.value;
  if (!book.ok) return failed({ kind: 'rejected', code: 'no-book', reason: book.failure });
  const { position, orders } = account.value;
  return done({
    position: position.size,
    resting: orders,
    mid: book.value.mid,
    spec: spec.value,
  });
}

/** What became of one order. */
export type Reduction =
  /** So much is off the position, whether or not the venue shows it yet. */
  | { readonly kind: 'reduced'; readonly signedSize: number }
  /**
   * Without an answer: nothing is sent before it can no longer arrive and lists show what it did.
   */
  | { readonly kind: 'unanswered'; readonly why: string }
  | { readonly kind: 'not-reduced'; readonly why: string; readonly waitMs: number }
  /** Somebody else works on the intent: nothing has left. */
  | { readonly kind: 'claim-lost' };

export interface Reducing {
  readonly intent: HedgeIntent;
  readonly owner: string;
  /** No order is begun from then on. */
  readonly giveUpAt: EpochMs;
  readonly held: Holding;
  /** Signed: the position when the hedge began, and now, every acknowledged reduction taken off. */
  readonly began: number;
  readonly position: number;
  readonly parameters: Parameters | undefined;
  /** Of the order, over all invocations. */
  readonly number: number;
}

/**
 * One reduce-only order, no larger than what is there in every account of the position. It is noted
 * before it leaves, and leaves while whoever claims the intent next would still see what it did.
 */
export async function reduceOnce(deps: HedgeDeps, reducing: Reducing): Promise<Reduction> {
  const { venue, clock, log } = deps;
  const { intent, giveUpAt } = reducing;
  const command = commandFor(deps, reducing);
  if (command === undefined) return notReduced('the position is too small to trade');
  const { held, position, parameters } = reducing;
  const { approved, refused } = reviewCommands([command], {
    maxInventoryUsd: parameters === undefined ? intent.thresholdUsd : inventoryCapUsd(parameters),
    mid: held.mid,
    positions: [held.position, position],
    working: held.resting,
  });
  for (const { why } of refused) log.warn('hedge waits', { hedgeId: intent.id, why: why.text });
  if (approved.length === 0) return notReduced(refused[0]?.why.text ?? 'refused by review');
  if (!(await noted(deps, reducing, command))) return { kind: 'claim-lost' };
  const now = clock.now();
  if (now >= giveUpAt) return notReduced('the time for it was up');
  const { requestTimeoutMs } = venue.execution.can;
  const expiresAt = epochMs(now + requestTimeoutMs);
  const [result] = await venue.execution.send(approved, expiresAt);
  return reductionOf(command, result);
}

const noted = (
  { hedges, clock }: HedgeDeps,
  { intent: { market, id }, owner, number, began, position }: Reducing,
  { side, size: asked }: ReducePosition,
): Promise<boolean> =>
  hedges.attempt(market, id, owner, {
    number,
    sentAt: clock.now(),
    began,
    before: position,
    asked: signOf(side) * asked,
  });

const notReduced = (why: string, waitMs = 0): Reduction => ({ kind: 'not-reduced', why, waitMs });

function commandFor(
  { deployment }: HedgeDeps,
  { intent, held, position, number }: Reducing,
): ReducePosition | undefined {
  const plan = planHedge(position, held.mid, held.spec, {
    thresholdUsd: intent.thresholdUsd,
    fraction: intent.hedgeFraction,
    maxSlippageBps: intent.hedgeMaxSlippageBps,
  });
  if (plan === undefined) return undefined;
  const { market, id } = intent;
  const symbol = symbolOf(market);
  return {
    kind: 'reduce',
    market,
    clientId: formatClientOrderId({
      role: 'hedge',
      deployment,
      symbol,
      intent: id,
      attempt: number,
    }),
    side: plan.side,
    size: plan.size,
    positionSize: size(Math.abs(held.position)),
    limitPrice: plan.limitPrice,
  };
}

function reductionOf(command: ReducePosition, result: CommandResult | undefined): Reduction {
  if (result === undefined) return unanswered('no answer');
  const { outcome } = result;
  switch (outcome.kind) {
    case 'reduced':
      return { kind: 'reduced', signedSize: signedTaken(command, outcome.reduced) };
    case 'refused':
      return notReduced(`refused: ${outcome.reason}`);
    case 'rate-limited':
      return notReduced('rate limited', outcome.retryAfterMs);
    case 'not-sent':
      return notReduced(outcome.why);
    case 'placed':
    case 'modified':
    case 'neither':
    case 'cancelled':
    case 'gone':
    case 'unknown':
      return unanswered(outcome.kind);
  }
}

/** It may have traded, arrive yet, and then be listed late. */
const unanswered = (why: string): Reduction => ({ kind: 'unanswered', why });

/** Where the venue does not say how much, all of it: a doubt is never hedged again. */
const signedTaken = ({ side, size: asked }: ReducePosition, reduced: Size | undefined): number =>
  signOf(side) * (reduced ?? asked);
