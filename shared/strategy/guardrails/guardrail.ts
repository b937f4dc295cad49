import type { Book } from '../../domain/book.ts';
import type { Parameters } from '../../domain/parameters.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Draft } from '../draft.ts';

/** What a guardrail may look at besides the draft. */
interface GuardrailContext {
  readonly now: EpochMs;
  readonly book: Book;
  readonly parameters: Parameters;
  /** Signed position at the mid. */
  readonly inventoryUsd: number;
  /** C2's hysteresis: quoting was paused and the market's spread has not come back far enough. */
  readonly pausedBySpread: boolean;
}

/** A rule that can only remove quotes, shrink them or widen them. Each says why it did. */
export type Guardrail = (draft: Draft, context: GuardrailContext) => Draft;
