import type { HaltOrder } from '../domain/trading/halt.ts';
import type { DesiredQuote, RequoteTolerance } from '../domain/order/order.ts';
import type { Reason } from '../domain/reason.ts';
import type { BrainState } from './brain-state.ts';
import type { ChosenSpread } from './models/choose-spread.ts';
import type { Draft } from './quotes/draft.ts';
import type { DecisionFigures } from './quotes/price-quotes.ts';
import type { Signals } from './signals/read-signals.ts';

/** What to do with the market now, why, and what was learned. */
export type Decision = ToQuote | ToStandAside | ToHalt;

/** A decision that had a book. */
export type DecisionWithBook = Extract<Decision, Reckoned>;

interface Decided {
  readonly reasons: readonly Reason[];
  /** To be handed to the next decision. */
  readonly state: BrainState;
}

/** Made from a book. */
interface Reckoned extends Decided {
  readonly figures: DecisionFigures;
  /** How it came about, stage by stage. */
  readonly stages: DecisionStages;
}

interface ToQuote extends Reckoned {
  readonly kind: 'quote';
  /** What should rest, and nothing else. */
  readonly quotes: readonly [DesiredQuote, ...DesiredQuote[]];
  /** How far a resting order may be from what it should be before it is replaced. */
  readonly tolerance: RequoteTolerance;
  /** The next look comes later by up to this, at random, so that nobody can wait for it (A13). */
  readonly delayUpToMs: number;
}

/** Nothing should rest: what the book says forbids it, or there is no book that says anything. */
type ToStandAside =
  | (Reckoned & {
      readonly kind: 'stand-aside';
      readonly sight: 'clear';
      /** As of a decision to quote. */
      readonly delayUpToMs: number;
    })
  | (Decided & { readonly kind: 'stand-aside'; readonly sight: 'blind' });

/** Nothing should rest, and trading must end until a person lifts it. */
interface ToHalt extends Reckoned {
  readonly kind: 'halt';
  readonly order: HaltOrder;
}

/** The figures of a decision; undefined when there was no book to take them from. */
export const figuresOf = (decision: Decision): DecisionFigures | undefined =>
  decision.kind === 'stand-aside' && decision.sight === 'blind' ? undefined : decision.figures;

/** What should rest by a decision, and how far a resting order may be from it. */
export const wantedOf = (
  decision: Decision,
): { readonly quotes: readonly DesiredQuote[]; readonly tolerance: RequoteTolerance } =>
  decision.kind === 'quote' ? decision : NOTHING_WANTED;

const NOTHING_WANTED = { quotes: [], tolerance: { maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 } };

/** By how much the look after a decision may be delayed at random, in ms. */
export const delayUpToMsOf = (decision: Decision): number =>
  'delayUpToMs' in decision ? decision.delayUpToMs : 0;

/** What each stage made, for whoever wants to see the reasoning. */
export interface DecisionStages {
  readonly signals: Signals;
  readonly spread: ChosenSpread;
  readonly drafted: Draft;
  readonly guarded: Draft;
}
