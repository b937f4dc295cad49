import type { EpochMs } from '../../domain/units.ts';
import type { TradeEvent } from '../feed/feed.ts';

/** The latest trades of a market, in a bounded ring: memory does not grow with the tape. */
export interface RecentTrades {
  add(trade: TradeEvent): void;
  last(): TradeEvent | undefined;
  /** Those after that time, oldest first. O(those). */
  after(at: EpochMs): readonly TradeEvent[];
}

/** More than a busy market prints in a minute. */
const KEPT = 4096;

export function createRecentTrades(): RecentTrades {
  const ring: TradeEvent[] = [];
  let newest = -1;
  return {
    add(trade) {
      newest = (newest + 1) % KEPT;
      ring[newest] = trade;
    },
    last: () => ring[newest],
    after(at) {
      const found: TradeEvent[] = [];
      for (let back = 0; back < ring.length; back += 1) {
        const trade = ring[(newest - back + KEPT) % KEPT];
        if (trade === undefined || trade.at <= at) break;
        found.push(trade);
      }
      return found.toReversed();
    },
  };
}
