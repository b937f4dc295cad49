import type { Book } from '../../domain/venue/book.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { ProfitSoFar } from '../../domain/venue/view.ts';
import type { Draft } from '../quotes/draft.ts';
import type { TailState } from './tail-risk/tail-limiter.ts';

/** What a guardrail may look at besides the draft, with the parameters that it reads. */
export interface GuardrailContext<Reads extends keyof Parameters = never> {
  readonly now: EpochMs;
  readonly book: Book;
  /** How far the clock that dates it is ahead of ours, in ms; undefined while nobody knows. */
  readonly clockSkewMs: number | undefined;
  readonly parameters: Pick<Parameters, Reads>;
  /** The cap on the inventory that holds now, at most the hard one. */
  readonly capUsd: number;
  /** Signed position at the mid. */
  readonly inventoryUsd: number;
  readonly fairValue: number;
  /** Fraction per hour; undefined when nobody knows. */
  readonly hourlyVolatility: number | undefined;
  readonly profit: ProfitSoFar;
  readonly tail: Pick<TailState, 'factor' | 'reasons'>;
  /** C2's hysteresis: quoting was paused and the market's spread has not come back far enough. */
  readonly pausedBySpread: boolean;
}

/** A rule that can only remove quotes, shrink them, widen them or halt. Each says why it did. */
export type Guardrail<Reads extends keyof Parameters = never> = (
  draft: Draft,
  context: GuardrailContext<Reads>,
) => Draft;
