import type { EpochMs } from '../../domain/units.ts';
import { controlLostFrom, controlUnreadFrom } from '../due.ts';
import { leave } from '../leave.ts';
import { count, say, type Turn, turn } from '../output.ts';
import type { MarketState } from '../state.ts';

/**
 * What people wrote may say off or halt by now: not read for so long nothing is quoted, and after
 * twice that the market is stopped.
 */
export function watchControl(state: MarketState, at: EpochMs): Turn {
  const { control, sight, leaving } = state;
  if (leaving !== undefined) return turn(state);
  if (at >= controlLostFrom(state)) {
    const why = 'what people wrote could not be read for a minute';
    const left = leave(state, { how: 'stop', why }, at);
    return { ...left, outputs: [...left.outputs, count('ControlUnread')] };
  }
  const unread = at >= controlUnreadFrom(state);
  if (unread === control.unread) return turn(state);
  const next = { ...state, control: { ...control, unread }, sight: { ...sight, lookAgain: true } };
  return unread ? turn(next, say('error', UNREAD), count('ControlUnread')) : turn(next);
}

const UNREAD = 'what people wrote cannot be read: nothing is quoted until it is';
