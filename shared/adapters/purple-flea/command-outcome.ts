import type { VenueFailure } from '../../domain/failure.ts';
import type { CommandOutcome } from '../../domain/venue/venue-answers.ts';

/** A command that did not do what was asked. */
export function outcomeOf(failure: VenueFailure): CommandOutcome {
  switch (failure.kind) {
    case 'rejected':
      return NEVER_LEFT.has(failure.code)
        ? { kind: 'not-sent', why: failure.reason }
        : { kind: 'refused', code: failure.code, reason: failure.reason };
    case 'rate-limited':
      return failure;
    case 'outcome-unknown':
      return { kind: 'unknown', detail: failure.detail };
  }
}

const NEVER_LEFT: ReadonlySet<string> = new Set(['unreachable', 'not-sent']);
