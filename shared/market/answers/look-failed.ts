import { describeFailure, type VenueFailure } from '../../domain/failure.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { backOffMs, uniformOf } from '../../math/back-off.ts';
import { count, say, type Turn, turn } from '../output.ts';
import { BACK_OFF, type Rules } from '../rules.ts';
import type { MarketState } from '../state.ts';

/**
 * The next look waits, ever longer, and at random, so that markets that go blind together do not
 * all look again at the same time (C12).
 */
export function lookFailed(
  state: MarketState,
  failure: VenueFailure,
  at: EpochMs,
  { market, fence }: Rules,
): Turn {
  const failuresInRow = state.sight.failuresInRow + 1;
  const waitMs = backOffMs(failuresInRow, uniformOf(`${market} ${fence} ${at}`), BACK_OFF);
  const patience = failure.kind === 'rate-limited' ? failure.retryAfterMs : 0;
  const pauseUntil = epochMs(Math.max(state.sight.pauseUntil, at + patience, at + waitMs));
  const { requoteIntervalMs } = state.control.parameters.values;
  const nextLookAt = epochMs(Math.max(pauseUntil, at + requoteIntervalMs));
  const sight = {
    ...state.sight,
    look: undefined,
    failuresInRow,
    pauseUntil,
    nextLookAt,
    prompt: 0,
  };
  return turn(
    { ...state, sight },
    say('warn', 'look failed', { failure: describeFailure(failure) }),
    count('LookFailed'),
  );
}
