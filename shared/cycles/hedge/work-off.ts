import { describeFailure } from '../../domain/failure.ts';
import type { HedgeAttempt, HedgeIntent, HedgeOutcome } from '../../domain/trading/hedge.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import { reducingSide } from '../../domain/order/side.ts';
import { type EpochMs, type Usd, usd } from '../../domain/units.ts';
import { isBreach } from '../../hedging/hedge-plan.ts';
import type { Control } from '../../ports/stores/control-store.ts';
import { HEDGE_BOUNDS, type HedgeDeps } from './hedge-deps.ts';
import { leftToHedge, lookAt, type Progress } from './progress.ts';
import { type Holding, reduceOnce, type Reduction } from './reduce-position.ts';

export interface Work {
  readonly intent: HedgeIntent;
  /** Who claims it. */
  readonly owner: string;
  /** No order is begun from then on. */
  readonly giveUpAt: EpochMs;
}

/** What is known after some looks. */
interface Known {
  /** The last order of an earlier invocation. */
  readonly last: HedgeAttempt | undefined;
  readonly progress: Progress | undefined;
  /** Orders tried by this invocation. */
  readonly tries: number;
  /** Why it is not done yet. */
  readonly why: string;
}

type Ended = { readonly ended: HedgeOutcome | 'claim lost' };
type Next = Ended | { readonly known: Known; readonly waitMs: number | 'none' };

/**
 * Reduces until the position is inside the threshold, or attempts or time are used up. What people
 * wrote is read before every order: off, halted or back on paper, nothing more is traded.
 */
export async function workOff(deps: HedgeDeps, work: Work): Promise<Ended['ended']> {
  const last = (await deps.hedges.read(work.intent.market))?.attempt;
  let known: Known = { last, progress: undefined, tries: 0, why: 'the venue could not be read' };
  for (let look = 1; ; look += 1) {
    const next = await workOnce(deps, work, known);
    if ('ended' in next) return next.ended;
    known = next.known;
    if (next.waitMs === 'none') continue;
    const pauseMs = HEDGE_BOUNDS.pauseMs * Math.min(look, HEDGE_BOUNDS.attempts);
    await deps.clock.sleep(next.waitMs + pauseMs);
  }
}

async function workOnce(deps: HedgeDeps, work: Work, known: Known): Promise<Next> {
  const { intent, giveUpAt } = work;
  const control = (await deps.control.read([intent.market])).get(intent.market);
  const off = calledOff(control);
  if (off !== undefined) return { ended: { kind: 'called-off', reason: off } };
  const read = await lookAt(deps, intent, known.last, known.progress);
  if (!read.ok) {
    const why = describeFailure(read.failure);
    return deps.clock.now() >= giveUpAt ? gaveUp(why) : { known: { ...known, why }, waitMs: 0 };
  }
  const { held, progress } = read.value;
  if (isPaperOnly(control, held)) return { ended: { kind: 'called-off', reason: PAPER_ONLY } };
  const position = leftToHedge(held, progress);
  const inventoryUsd = usd(position * held.mid);
  if (!isBreach(inventoryUsd, intent.thresholdUsd))
    return inside(progress.began - progress.reckoned, held.mid, inventoryUsd);
  const tries = known.tries + 1;
  if (tries > HEDGE_BOUNDS.attempts || deps.clock.now() >= giveUpAt)
    return gaveUp(`still ${inventoryUsd.toFixed(2)} USD: ${known.why}`);
  // No id is used twice, also by whoever goes on with it.
  const number = (known.last?.number ?? 0) + tries;
  const order = { ...work, number, held, position, parameters: parametersIn(control) };
  const reduction = await reduceOnce(deps, { ...order, began: progress.began });
  return afterOrder({ ...known, tries, progress }, progress, reduction);
}

function afterOrder(known: Known, progress: Progress, reduction: Reduction): Next {
  switch (reduction.kind) {
    case 'reduced': {
      const reckoned = progress.reckoned + reduction.signedSize;
      return { known: { ...known, progress: { ...progress, reckoned } }, waitMs: 'none' };
    }
    case 'not-reduced':
      return { known: { ...known, why: reduction.why }, waitMs: reduction.waitMs };
    // Nothing more is sent before it can be told what the unanswered one did: a later breach may.
    case 'unanswered':
      return gaveUp(`no answer: ${reduction.why}`);
    case 'claim-lost':
      return { ended: 'claim lost' };
  }
}

const gaveUp = (reason: string): Ended => ({ ended: { kind: 'gave-up', reason } });

/** What quotes traded meanwhile is none of its doing; `reduced` is signed as the position was. */
function inside(reduced: number, mid: number, inventoryUsd: Usd): Ended {
  const reducedUsd = usd(Math.abs(reduced) * mid);
  return reducedUsd > 0
    ? { ended: { kind: 'hedged', side: reducingSide(reduced), reducedUsd, inventoryUsd } }
    : { ended: { kind: 'not-needed', inventoryUsd } };
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
