import type { HaltOrder } from '../../domain/trading/halt.ts';
import type { Reason } from '../../domain/reason.ts';
import type { Side } from '../../domain/order/side.ts';

/** A quote before it is rounded to the venue. */
export interface DraftQuote {
  readonly side: Side;
  readonly level: number;
  readonly price: number;
  /** Base units. */
  readonly size: number;
}

/**
 * What we would like to rest, and why it is not more. Guardrails only ever remove from it, shrink
 * it, widen it or halt.
 */
export interface Draft {
  readonly quotes: readonly DraftQuote[];
  readonly reasons: readonly Reason[];
  /** Trading must end until a person lifts it. */
  readonly halt: HaltOrder | undefined;
}

export const draftOf = (quotes: readonly DraftQuote[], reasons: readonly Reason[]): Draft => ({
  quotes,
  reasons,
  halt: undefined,
});

export const withReason = <D extends Draft>(draft: D, why: Reason): D => ({
  ...draft,
  reasons: [...draft.reasons, why],
});

/** Nothing rests, and why. */
export const standAside = (draft: Draft, why: Reason): Draft =>
  withReason({ ...draft, quotes: [] }, why);
