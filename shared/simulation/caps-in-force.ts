import type { DecisionRecord } from '../market/output.ts';
import { inventoryCapUsd } from '../domain/books/inventory-cap.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * The inventory caps that quotes are made under, which people may change while a market is traded.
 */
export interface CapsInForce {
  decided(made: DecisionRecord): void;
  /**
   * Right after a change the larger one holds: an order of before may be filled before it is
   * cancelled.
   */
  of(market: MarketSymbol): number;
}

/** A quote made under the old cap is cancelled within a look and a request of the new one. */
const OVERLAP_MS = 5 * SECOND_MS;

interface Caps {
  readonly usd: number;
  readonly since: number;
  readonly beforeUsd: number;
}

export function createCapsInForce(
  clock: Clock,
  atFirst: (market: MarketSymbol) => number,
): CapsInForce {
  const caps = new Map<MarketSymbol, Caps>();
  const inForce = (market: MarketSymbol): Caps => {
    const known = caps.get(market);
    if (known !== undefined) return known;
    const usd = atFirst(market);
    const first = { usd, since: clock.now(), beforeUsd: usd };
    caps.set(market, first);
    return first;
  };
  return {
    decided({ view: { spec }, parameters }) {
      const usd = inventoryCapUsd(parameters.values);
      const beforeUsd = inForce(spec.symbol).usd;
      if (usd !== beforeUsd) caps.set(spec.symbol, { usd, since: clock.now(), beforeUsd });
    },
    of(market) {
      const { usd, since, beforeUsd } = inForce(market);
      return clock.now() - since > OVERLAP_MS ? usd : Math.max(usd, beforeUsd);
    },
  };
}
