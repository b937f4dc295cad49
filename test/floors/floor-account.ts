import type { MemoryLedger } from '#shared/adapters/memory/ledger.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';

/** Our account in one market, as the exchange itself has it. */
export interface FloorAccount {
  /** A person's order on our account, at the exchange at once. */
  placeByHand(order: {
    side: 'buy' | 'sell';
    size: number;
    price?: number;
    clientId?: string;
  }): void;
  /** Executions at the exchange and in the ledger, by id. */
  fills(): { readonly venue: readonly string[]; readonly ledger: readonly string[] };
  held(): number;
  /** Ours that rest, at the exchange. */
  resting(): readonly { readonly side: string; readonly price: number; readonly size: number }[];
}

export function createFloorAccount(
  exchange: Exchange,
  key: string,
  { symbol, tick, lot }: MarketSpec,
  { clock, ledger }: { readonly clock: Clock; readonly ledger: MemoryLedger },
): FloorAccount {
  return {
    placeByHand({ price, clientId, ...order }) {
      exchange.advanceTo(clock.now());
      const how =
        price === undefined
          ? ({ timeInForce: 'IOC', postOnly: false } as const)
          : ({ timeInForce: 'GTC', postOnly: true } as const);
      const market = { market: symbol, price, clientId, reduceOnly: false };
      const placed = exchange.place(key, { ...order, ...market, ...how });
      if (!placed.ok) throw new Error(placed.failure.reason);
    },
    fills: () => ({
      venue: exchange
        .account(key)
        .fills(symbol)
        .map(({ id }) => id)
        .sort(),
      ledger: ledger
        .all()
        .flatMap(({ entry }) => (entry.kind === 'fill' ? [entry.fill.id] : []))
        .sort(),
    }),
    held: () => exchange.account(key).holding(symbol).position.size,
    resting: () =>
      exchange.openOrders(key, symbol).map((order) => ({
        side: order.side,
        price: order.tick * tick.step,
        size: order.remainingLots * lot.step,
      })),
  };
}
