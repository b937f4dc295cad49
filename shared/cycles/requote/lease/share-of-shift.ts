import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { Shift } from './shift.ts';

/**
 * The shift as one market of it sees it: what somebody else has taken of it is lost to that market
 * alone. Whether the whole lease is lost as well, the store is asked at once.
 */
export function shiftOf(shift: Shift, market: MarketId): Shift {
  const isLost = (): boolean => shift.isTaken(market);
  return {
    ...shift,
    lease: () => (isLost() ? undefined : shift.lease()),
    covers: (now) => !isLost() && shift.covers(now),
    lostTo: () => (isLost() ? 'an heir' : shift.lostTo()),
    lose() {
      if (isLost()) return;
      shift.take(market);
      shift.doubt();
    },
  };
}
