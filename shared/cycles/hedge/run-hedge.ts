import type { HedgeIntent, HedgeOutcome } from '../../domain/trading/hedge.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import { claimTtlMs, HEDGE_BOUNDS, type HedgeDeps } from './hedge-deps.ts';
import { workOff } from './work-off.ts';

export type HedgeReport =
  /** The event names no intent, or its intent is done or being worked on. */
  | { readonly kind: 'nothing-to-do'; readonly why: string }
  | { readonly kind: 'completed'; readonly outcome: HedgeOutcome };

export interface HedgeRequest {
  readonly market: MarketId;
  readonly hedgeId: string;
  /** Names this invocation, as no other is named. */
  readonly owner: string;
}

/**
 * Works off one breach, once. The event is only a hint: the row says whether there is anything to
 * do, people whether it may be done, and the venue how much. A duplicate, a late or a repeated run
 * finds the row closed or the position inside the threshold and does nothing. It writes no fills:
 * the session does, from the venue.
 */
export async function runHedge(
  deps: HedgeDeps,
  { market, hedgeId, owner }: HedgeRequest,
): Promise<HedgeReport> {
  const { hedges, clock, log } = deps;
  const record = await hedges.read(market);
  if (record === undefined || record.intent.id !== hedgeId)
    return { kind: 'nothing-to-do', why: `there is no open intent ${hedgeId}` };
  if (record.status.kind === 'done') return { kind: 'nothing-to-do', why: 'already done' };
  const claimedAt = clock.now();
  const ttlMs = claimTtlMs(deps.venue.execution.can);
  if (!(await hedges.claim(market, hedgeId, owner, claimedAt, ttlMs)))
    return { kind: 'nothing-to-do', why: WORKED_ON };
  const giveUpAt = epochMs(claimedAt + HEDGE_BOUNDS.workMs);
  // Whoever died between the fact and the row has done the work: the row is closed, nothing more.
  const stored = await storedOutcome(deps, record.intent);
  const outcome = stored ?? (await workOff(deps, { intent: record.intent, owner, giveUpAt }));
  if (outcome === 'claim lost') {
    log.error('the claim was lost before an order could leave', { hedgeId });
    return { kind: 'nothing-to-do', why: WORKED_ON };
  }
  const kept = stored ?? (await keep(deps, record.intent, outcome));
  const completed = await hedges.complete(market, hedgeId, owner, kept, clock.now());
  if (completed) await announce(deps, record.intent, kept);
  else log.error('the claim ran out before the hedge was completed', { hedgeId, outcome: kept });
  deps.metrics.flush();
  return { kind: 'completed', outcome: kept };
}

const WORKED_ON = 'another invocation works on it';

async function storedOutcome(
  { ledger }: HedgeDeps,
  { market, id, openedAt }: HedgeIntent,
): Promise<HedgeOutcome | undefined> {
  const facts = await ledger.read(market, openedAt, epochMs(openedAt + 1));
  const entries = facts.map(({ entry }) => entry);
  const found = entries.find((entry) => entry.kind === 'hedge' && entry.intent === id);
  return found?.kind === 'hedge' ? found.outcome : undefined;
}

/** The fact first, under the intent's own key: what is there already is what happened. */
async function keep(
  { ledger, clock }: HedgeDeps,
  { market, id, openedAt }: HedgeIntent,
  outcome: HedgeOutcome,
): Promise<HedgeOutcome> {
  const completedAt = clock.now();
  const entry = { kind: 'hedge', market, intent: id, at: openedAt, completedAt, outcome } as const;
  const answer = await ledger.append({ number: 0, fence: 0, entry });
  const stored = answer.kind === 'already-there' ? answer.stored.entry : entry;
  return stored.kind === 'hedge' ? stored.outcome : outcome;
}

async function announce(
  { events, clock, log, metrics }: HedgeDeps,
  intent: HedgeIntent,
  outcome: HedgeOutcome,
): Promise<void> {
  const reducedUsd = outcome.kind === 'hedged' ? outcome.reducedUsd : 0;
  const inventoryUsd = 'inventoryUsd' in outcome ? outcome.inventoryUsd : intent.inventoryUsd;
  log.info('hedge', { hedgeId: intent.id, outcome });
  metrics.add(outcome.kind === 'gave-up' ? 'HedgeGaveUp' : 'HedgeCompleted', 'Count', 1);
  await events.put({
    type: 'HedgeCompleted',
    market: intent.market,
    hedgeId: intent.id,
    outcome: outcome.kind,
    reducedUsd,
    inventoryUsd,
    at: clock.now(),
  });
}
