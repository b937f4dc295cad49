import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { Reason } from '../../domain/reason.ts';
import type { Learning, Look } from '../memory.ts';
import type { Line } from '../shown.ts';

/** What every signal says besides its figures. */
export interface Said {
  /** For whoever asks why the quotes are as they are. */
  readonly reasons: readonly Reason[];
}

/**
 * One estimator of the market: learns from every look and says something of it.
 * Listed in `registry.ts`; what it says is used where its name is read.
 */
export interface Signal<
  State,
  Reading extends Said,
  Reads extends keyof Parameters = never,
> extends Learning<State, Reads> {
  /** What it says of a look, by what it knew before and what it knows now. */
  readonly read: (state: State, look: Look<Reads>, before: State) => Reading;
  /** What `quotemill explain` prints of it. */
  readonly explain: (reading: Reading) => readonly Line[];
}

/** Of a signal that looks at the moment alone. */
export const NOTHING_KEPT: Learning<undefined> = {
  version: 1,
  initial: undefined,
  isState: (saved) => saved === undefined,
  observe: () => undefined,
};

/** The reasons of a signal that has one or none. */
export const because = (why: Reason | undefined): readonly Reason[] =>
  why === undefined ? [] : [why];
