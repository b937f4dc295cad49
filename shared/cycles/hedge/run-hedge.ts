import { describeFailure } from '../../domain/failure.ts';
import type { HedgeIntent, HedgeOutcome } from '../../domain/hedge.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { usd } from '../../domain/units.ts';
import { isBreach } from '../../hedging/hedge-plan.ts';
import { HEDGE_BOUNDS, type HedgeDeps } from './hedge-deps.ts';
import { type Holding, readHolding, reduceOnce } from './reduce-position.ts';

export type HedgeReport =
  /**
   * The event names no intent, or its intent is done or being worked on: a duplicate or a late one.
   */
  | { readonly kind: 'nothing-to-do'; readonly why: string }
  | { readonly kind: 'completed'; readonly outcome: HedgeOutcome };

export interface HedgeRequest {
  readonly market: MarketId;
  readonly hedgeId: string;
  /** Names this invocation, as no other is named. */
  readonly owner: string;
}

/**
 * Works off one breach, once. The event is only a hint: the intent says whether there is anything
 * to do, and the venue says how much. The position is re-read before every order, so that a
 * duplicate, a late or a repeated run finds it inside the threshold and does nothing.
 */
export async function runHedge(
  deps: HedgeDeps,
  { market, hedgeId, owner }: HedgeRequest,
): Promise<HedgeReport> {
  const { hedges, clock, log } = deps;
  const record = await hedges.read(market);
  if (record?.intent.id !== hedgeId)
    return { kind: 'nothing-to-do', why: `there is no intent ${hedgeId}` };
  if (record.status.kind === 'done') return { kind: 'nothing-to-do', why: 'already done' };
  const claimed = await hedges.claim(market, hedgeId, owner, clock.now(), HEDGE_BOUNDS.claimTtlMs);
  if (!claimed) return { kind: 'nothing-to-do', why: 'another invocation works on it' };

  const outcome = await workOff(deps, record.intent);
  await bookHedge(deps, record.intent, outcome);
  const completed = await hedges.complete(market, hedgeId, owner, outcome, clock.now());
  if (completed) await announce(deps, record.intent, outcome);
  else log.error('the claim ran out before the hedge was completed', { hedgeId, outcome });
  deps.metrics.flush();
  return { kind: 'completed', outcome };
}

/**
 * Reduces until the position is inside the threshold, or the attempts or the time of the claim are
 * used up.
 */
async function workOff(deps: HedgeDeps, intent: HedgeIntent): Promise<HedgeOutcome> {
  const giveUpAt = deps.clock.now() + HEDGE_BOUNDS.workMs;
  let before: Holding | undefined;
  let held: Holding | undefined;
  let why = 'the venue could not be read';
  for (let attempt = 1; attempt <= HEDGE_BOUNDS.attempts; attempt += 1) {
    const read = await readHolding(deps, intent.market);
    if (read.ok) {
      held = read.value;
      before ??= held;
      if (!isBreach(held.position * held.mid, intent.thresholdUsd)) break;
      if (attempt === HEDGE_BOUNDS.attempts || deps.clock.now() >= giveUpAt) break;
      why = await reduceOnce(deps, intent, held, attempt);
    } else {
      why = describeFailure(read.failure);
    }
    await deps.clock.sleep(HEDGE_BOUNDS.pauseMs * attempt);
    if (deps.clock.now() >= giveUpAt) break;
  }
  return outcomeOf(intent, before, held, why);
}

function outcomeOf(
  intent: HedgeIntent,
  before: Holding | undefined,
  held: Holding | undefined,
  why: string,
): HedgeOutcome {
  if (before === undefined || held === undefined) return { kind: 'gave-up', reason: why };
  const inventoryUsd = usd(held.position * held.mid);
  const reducedUsd = usd((Math.abs(before.position) - Math.abs(held.position)) * held.mid);
  if (isBreach(inventoryUsd, intent.thresholdUsd))
    return { kind: 'gave-up', reason: `still ${inventoryUsd.toFixed(2)} USD: ${why}` };
  return before === held || reducedUsd <= 0
    ? { kind: 'not-needed', inventoryUsd }
    : { kind: 'hedged', reducedUsd, inventoryUsd };
}

/** The fact first: whoever finds a row whose fact exists knows that it was worked off. */
async function bookHedge(
  { ledger, clock }: HedgeDeps,
  intent: HedgeIntent,
  outcome: HedgeOutcome,
): Promise<void> {
  const { id, market, openedAt: at } = intent;
  const entry = {
    kind: 'hedge',
    intent: id,
    market,
    at,
    completedAt: clock.now(),
    outcome,
  } as const;
  await ledger.append({ number: 0, fence: 0, entry });
}

async function announce(
  { events, clock, log, metrics }: HedgeDeps,
  intent: HedgeIntent,
  outcome: HedgeOutcome,
): Promise<void> {
  const figures =
    outcome.kind === 'hedged'
      ? outcome
      : {
          reducedUsd: 0,
          inventoryUsd: outcome.kind === 'not-needed' ? outcome.inventoryUsd : intent.inventoryUsd,
        };
  log.info('hedge', { hedgeId: intent.id, outcome });
  metrics.add(outcome.kind === 'gave-up' ? 'HedgeGaveUp' : 'HedgeCompleted', 'Count', 1);
  await events.put({
    type: 'HedgeCompleted',
    market: intent.market,
    hedgeId: intent.id,
    outcome: outcome.kind,
    reducedUsd: figures.reducedUsd,
    inventoryUsd: figures.inventoryUsd,
    at: clock.now(),
  });
}
