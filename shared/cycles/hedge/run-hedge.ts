import { describeFailure } from '../../domain/failure.ts';
import { onLot } from '../../domain/grid.ts';
import type { HedgeIntent, HedgeOutcome } from '../../domain/hedge.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { Parameters } from '../../domain/parameters.ts';
import { epochMs, usd } from '../../domain/units.ts';
import { isBreach } from '../../hedging/hedge-plan.ts';
import type { Control } from '../../ports/control-store.ts';
import { HEDGE_BOUNDS, type HedgeDeps } from './hedge-deps.ts';
import { type Holding, readHolding, reduceOnce } from './reduce-position.ts';

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
  const claimed = await hedges.claim(market, hedgeId, owner, clock.now(), HEDGE_BOUNDS.claimTtlMs);
  if (!claimed) return { kind: 'nothing-to-do', why: 'another invocation works on it' };
  // Whoever died between the fact and the row has done the work: the row is closed, nothing more.
  const kept =
    (await storedOutcome(deps, record.intent)) ??
    (await keep(deps, record.intent, await workOff(deps, record.intent)));
  const completed = await hedges.complete(market, hedgeId, owner, kept, clock.now());
  if (completed) await announce(deps, record.intent, kept);
  else log.error('the claim ran out before the hedge was completed', { hedgeId, outcome: kept });
  deps.metrics.flush();
  return { kind: 'completed', outcome: kept };
}

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

/**
 * Reduces until the position is inside the threshold, or attempts or time are used up. What people
 * wrote is read before every order: off, halted or back on paper, nothing more is traded.
 */
async function workOff(deps: HedgeDeps, intent: HedgeIntent): Promise<HedgeOutcome> {
  const { clock } = deps;
  const giveUpAt = clock.now() + HEDGE_BOUNDS.workMs;
  let first: Holding | undefined;
  let taken = 0;
  let why = 'the venue could not be read';
  for (let attempt = 1; ; attempt += 1) {
    const control = (await deps.control.read([intent.market])).get(intent.market);
    const off = calledOff(control);
    if (off !== undefined) return { kind: 'called-off', reason: off };
    const read = await readHolding(deps, intent.market);
    if (read.ok) {
      const held = read.value;
      if (isPaperOnly(control, held)) return { kind: 'called-off', reason: PAPER_ONLY };
      first ??= held;
      const position = leftToHedge(held.position, first.position + taken, held);
      const inventoryUsd = usd(position * held.mid);
      if (!isBreach(inventoryUsd, intent.thresholdUsd))
        return inside(first.position - position, held.mid, inventoryUsd);
      const isLast = attempt > HEDGE_BOUNDS.attempts || clock.now() >= giveUpAt;
      if (isLast) return gaveUp(`still ${inventoryUsd.toFixed(2)} USD: ${why}`);
      const parameters = parametersIn(control);
      const reduction = await reduceOnce(deps, { intent, held, position, parameters, attempt });
      if (reduction.kind === 'reduced') {
        taken += reduction.signedSize;
        continue;
      }
      why = reduction.why;
      // Nothing more is sent before it can be told what the unanswered one did: a later breach may.
      if (reduction.kind === 'unanswered') return gaveUp(`no answer: ${why}`);
      await clock.sleep(reduction.waitMs);
    } else {
      why = describeFailure(read.failure);
      if (clock.now() >= giveUpAt) return gaveUp(why);
    }
    await clock.sleep(HEDGE_BOUNDS.pauseMs * Math.min(attempt, HEDGE_BOUNDS.attempts));
  }
}

const gaveUp = (reason: string): HedgeOutcome => ({ kind: 'gave-up', reason });

/** Of what the venue shows and what it acknowledged, whichever leaves less to hedge. */
function leftToHedge(shown: number, acknowledged: number, { spec }: Holding): number {
  const reckoned = onLot(spec.lot, acknowledged);
  if (Math.sign(reckoned) !== Math.sign(shown)) return 0;
  return Math.abs(reckoned) < Math.abs(shown) ? reckoned : shown;
}

function inside(reduced: number, mid: number, inventoryUsd: ReturnType<typeof usd>): HedgeOutcome {
  const reducedUsd = usd(Math.abs(reduced) * mid);
  return reducedUsd > 0
    ? { kind: 'hedged', reducedUsd, inventoryUsd }
    : { kind: 'not-needed', inventoryUsd };
}

/** What people said since: off, or halted. */
function calledOff(control: Control | undefined): string | undefined {
  if (control === undefined) return 'the parameters could not be read';
  if (control.halt !== undefined) return `halted: ${control.halt.text}`;
  const { parameters } = control;
  if (parameters.kind === 'refused')
    return parameters.mode === 'other' ? undefined : 'mode is off or cannot be read';
  return parameters.values.mode === 'off' ? 'mode is off' : undefined;
}

const isPaperOnly = (control: Control | undefined, { spec }: Holding): boolean =>
  parametersIn(control)?.mode === 'paper' && !spec.simulated;

const PAPER_ONLY = 'mode is paper and this venue trades real money';

const parametersIn = (control: Control | undefined): Parameters | undefined =>
  control?.parameters.kind === 'accepted' ? control.parameters.values : undefined;

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
