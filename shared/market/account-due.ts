import type { AccountQuestion } from '../domain/trading/market-output.ts';
import type { EpochMs } from '../domain/units.ts';
import { isSettled } from '../orders/order-states.ts';
import { isHedging } from './hedges/breach.ts';
import { isShown } from './remains.ts';
import { MARKET_BOUNDS } from './rules.ts';
import type { MarketState } from './state.ts';

/**
 * What a look asks of the account: all of it while anything of ours is in doubt, else one part. A
 * fill shows in either; two that cancel out show in the list alone, what others trade for us in the
 * position alone. So they take turns; the list is next after a send, and the position is asked for
 * with every look while a hedge is waited for.
 */
export function accountDue(state: MarketState, at: EpochMs): AccountQuestion {
  const { listedAt, reported, answeredAt } = state.sight;
  if (listedAt === undefined || reported === undefined || isInDoubt(state)) return 'account';
  const nextAt = at + state.control.parameters.values.requoteIntervalMs;
  const isOld = (askedAt: EpochMs): boolean => nextAt - askedAt > MARKET_BOUNDS.accountPartMs;
  // What was answered is believed; the list after it tells of an answer that was wrong.
  const listDue = isOld(listedAt) || listedAt <= answeredAt;
  if (isHedging(state, at)) return listDue || listedAt < reported.askedAt ? 'account' : 'position';
  if (isOld(reported.askedAt)) return listDue ? 'account' : 'position';
  return listDue || listedAt <= reported.askedAt ? 'orders' : 'position';
}

/** Something is under way, unexplained or not as it should be. */
const isInDoubt = ({ orders, sight, leaving, sending }: MarketState): boolean =>
  leaving !== undefined ||
  sending !== undefined ||
  !isShown(sight) ||
  sight.isListCut ||
  sight.emptying ||
  sight.failuresInRow > 0 ||
  sight.doubted !== undefined ||
  sight.position.kind !== 'agreed' ||
  !orders.working.every(isSettled);
