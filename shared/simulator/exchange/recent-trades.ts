import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { TradeEvent } from '../feed/feed.ts';

/** The latest trades of a market, in a bounded ring: memory does not grow with the tape. */
export interface RecentTrades {
  add(trade: TradeEvent): void;
  lastPrice(): number | undefined;
  /** Those after that time, oldest first. O(those). */
  after(at: EpochMs): readonly TradeEvent[];
}

/** More than a busy market prints in a minute. */
const KEPT = 4096;

/**
 * In columns: a trade that is held for minutes and then dropped is what a collector is slowest at.
 */
export function createRecentTrades(): RecentTrades {
  const times = new Float64Array(KEPT);
  const prices = new Float64Array(KEPT);
  const sizes = new Float64Array(KEPT);
  const buys = new Uint8Array(KEPT);
  let added = 0;
  const at = (place: number): TradeEvent => ({
    type: 'trade',
    at: epochMs(times[place] ?? 0),
    price: prices[place] ?? 0,
    size: sizes[place] ?? 0,
    side: buys[place] === 1 ? 'buy' : 'sell',
  });
  return {
    add(trade) {
      const place = added % KEPT;
      times[place] = trade.at;
      prices[place] = trade.price;
      sizes[place] = trade.size;
      buys[place] = trade.side === 'buy' ? 1 : 0;
      added += 1;
    },
    lastPrice: () => (added === 0 ? undefined : prices[(added - 1) % KEPT]),
    after(since) {
      const found: TradeEvent[] = [];
      const oldest = Math.max(0, added - KEPT);
      for (let index = added - 1; index >= oldest; index -= 1) {
        if ((times[index % KEPT] ?? 0) <= since) break;
        found.push(at(index % KEPT));
      }
      return found.toReversed();
    },
  };
}
