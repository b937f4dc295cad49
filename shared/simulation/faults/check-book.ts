import { SIDES, signOf } from '../../domain/order/side.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { World } from '../host.ts';
import type { Violations } from './violations.ts';

/** The mid moves between a decision and what comes of it. */
const DRIFT = 1.02;

/**
 * Looks at every event of the exchange whether what our orders may come to stays within the cap, no
 * quote rests twice, and what trades does not break either. `capUsd`: of one level a side.
 */
export function checkBooks(
  { exchange, accountKey, markets }: Pick<World, 'exchange' | 'accountKey' | 'markets'>,
  capUsd: number,
  violations: Violations,
): void {
  const held = new Map<MarketId, number>();
  const idOf = (symbol: string): MarketId | undefined =>
    markets.find((market) => symbolOf(market) === symbol);

  function checkResting(market: MarketId): void {
    const found = exchange.market(symbolOf(market));
    const mid = found?.mid();
    if (found === undefined || mid === undefined) return;
    const orders = exchange.openOrders(accountKey, symbolOf(market));
    const { size } = exchange.account(accountKey).holding(symbolOf(market)).position;
    for (const side of SIDES) {
      const resting = orders.filter((order) => order.side === side);
      const lots = resting.reduce((sum, { remainingLots }) => sum + remainingLots, 0);
      const mostUsd = (size * signOf(side) + lots * found.feed.spec.lot.step) * mid;
      const isBeyond = resting.length > 0 && mostUsd > capUsd * DRIFT;
      violations.check(
        market,
        'one quote a side',
        resting.length > 1 ? `${resting.length} orders rest on the side ${side}` : undefined,
      );
      violations.check(
        market,
        'worst case',
        isBeyond ? `up to ${mostUsd.toFixed(0)} USD on the side ${side}` : undefined,
      );
    }
  }

  exchange.listen({
    ticked(symbol) {
      const market = idOf(symbol);
      if (market !== undefined) checkResting(market);
    },
    filled(key, { market: symbol, price, liquidity }) {
      const market = idOf(symbol);
      if (key !== accountKey || market === undefined) return;
      const before = held.get(market) ?? 0;
      const { size } = exchange.account(accountKey).holding(symbol).position;
      held.set(market, size);
      const hasGrown = Math.abs(size) > Math.abs(before);
      const heldUsd = Math.abs(size) * price;
      const isBeyond = hasGrown && heldUsd > capUsd * DRIFT;
      violations.check(market, 'cap', isBeyond ? `${heldUsd.toFixed(0)} USD held` : undefined);
      const isPast = hasGrown && liquidity === 'taker';
      violations.check(market, 'hedge', isPast ? 'a hedge opened a position' : undefined);
    },
  });
}
