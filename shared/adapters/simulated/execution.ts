import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { atIndex } from '../../domain/grid.ts';
import { symbolOf } from '../../domain/market-id.ts';
import type { MarketSpec } from '../../domain/market.ts';
import type { OpenOrder } from '../../domain/order.ts';
import { price, size } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue-abilities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';
import type { LineToExchange } from './line-to-exchange.ts';
import { refusedNow } from './outcomes.ts';
import { carryOut, notSent } from './send-commands.ts';

export interface ExecutionParts {
  readonly line: LineToExchange;
  readonly clock: Pick<Clock, 'now'>;
  readonly can: VenueAbilities;
  readonly isOurs: (clientId: string, symbol: string) => boolean;
}

/** One account at the exchange. */
export function createExecution({ line, clock, can, isOurs }: ExecutionParts): Execution {
  const { exchange, accountKey } = line;
  return {
    can,
    account: (market) =>
      line.read(2, symbolOf(market), ({ feed: { spec } }, requestsLeftRatio) =>
        done({
          orders: exchange
            .openOrders(accountKey, symbolOf(market))
            .map((order) => openOrder(order, spec)),
          complete: true,
          doubtful: [],
          position: exchange.account(accountKey).holding(symbolOf(market)).position,
          requestsLeftRatio,
        }),
      ),
    async send(commands, expiresAt) {
      const lateMs = clock.now() - expiresAt;
      if (lateMs >= 0)
        return notSent(commands, `its time ran out ${lateMs} ms before it could be sent`);
      return commands.length === 0 ? [] : line.ask(() => carryOut(line, commands, can.modify));
    },
    async cancelOurs(market) {
      const symbol = symbolOf(market);
      const listed = await line.read(1, symbol, () =>
        done(
          exchange
            .openOrders(accountKey, symbol)
            .filter(({ clientId }) => clientId !== undefined && isOurs(clientId, symbol)),
        ),
      );
      if (!listed.ok) return listed;
      return listed.value.length === 0
        ? done('cancelled')
        : line.ask(() => cancelEach(line, listed.value));
    },
    cancelAll: (market) =>
      line.read(1, symbolOf(market), () => {
        exchange.cancelAll(accountKey, symbolOf(market));
        return done('cancelled');
      }),
  };
}

/** The first failure, after all were tried. One that is gone already needs no cancel. */
function cancelEach(
  line: LineToExchange,
  orders: readonly SimulatedOrder[],
): VenueOutcome<'cancelled'> {
  const limits = orders.map(({ id }) => {
    const limited = refusedNow(line);
    if (limited === undefined) line.exchange.cancel(line.accountKey, id);
    return limited;
  });
  const limited = limits.find((limit) => limit !== undefined);
  return limited === undefined ? done('cancelled') : failed(limited);
}

const openOrder = (order: SimulatedOrder, { tick, lot }: MarketSpec): OpenOrder => ({
  venueId: order.id,
  clientId: order.clientId,
  side: order.side,
  price: price(atIndex(tick, order.tick)),
  remaining: size(atIndex(lot, order.remainingLots)),
});
