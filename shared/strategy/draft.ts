import type { Reason } from '../domain/reason.ts';
import type { Side } from '../domain/side.ts';

/** A quote before it is rounded to the venue. */
export interface DraftQuote {
  readonly side: Side;
  readonly level: number;
  readonly price: number;
  /** Base units. */
  readonly size: number;
}

/** What we would like to rest, and why it is not more. Guardrails only ever remove from it, shrink it or widen it. */
export interface Draft {
  readonly quotes: readonly DraftQuote[];
  readonly reasons: readonly Reason[];
}

export const withReason = (draft: Draft, why: Reason): Draft => ({ ...draft, reasons: [...draft.reasons, why] });

/** Nothing rests, and why. */
export const standAside = (draft: Draft, why: Reason): Draft => ({ quotes: [], reasons: [...draft.reasons, why] });
