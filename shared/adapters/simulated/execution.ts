import { done, type VenueFailure } from '../../domain/failure.ts';
import { atIndex } from '../../domain/grid.ts';
import { symbolOf } from '../../domain/market-id.ts';
import type { MarketSpec } from '../../domain/market.ts';
import type { OpenOrder } from '../../domain/order.ts';
import { price, size } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue-abilities.ts';
import type { CommandResult } from '../../domain/venue-answers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';
import type { LineToExchange } from './line-to-exchange.ts';
import { cancelled, carryOut, notSent } from './send-commands.ts';

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
      return commands.length === 0 ? [] : line.ask(() => carryOut(line, commands));
    },
    async cancelOurs(market, venueIds) {
      const symbol = symbolOf(market);
      const [named, listed] = await Promise.all([
        cancelEach(line, venueIds),
        line.read(1, symbol, () =>
          done(
            exchange
              .openOrders(accountKey, symbol)
              .filter(({ clientId }) => clientId !== undefined && isOurs(clientId, symbol)),
          ),
        ),
      ]);
      if (!listed.ok) return { results: named, failure: firstLimit(named) ?? listed.failure };
      const ids = listed.value.map(({ id }) => id).filter((id) => !venueIds.includes(id));
      const results = [...named, ...(await cancelEach(line, ids))];
      return { results, failure: firstLimit(results) };
    },
    cancelAll: (market) =>
      line.read(1, symbolOf(market), () => {
        exchange.cancelAll(accountKey, symbolOf(market));
        return done('cancelled');
      }),
  };
}

/** All are tried. */
const cancelEach = async (
  line: LineToExchange,
  venueIds: readonly string[],
): Promise<readonly CommandResult[]> =>
  venueIds.length === 0 ? [] : line.ask(() => cancelled(line, venueIds));

/** The first that the allowance did not cover: nothing else fails here. */
const firstLimit = (results: readonly CommandResult[]): VenueFailure | undefined =>
  results.flatMap(({ outcome }) => (outcome.kind === 'rate-limited' ? [outcome] : []))[0];

const openOrder = (order: SimulatedOrder, { tick, lot }: MarketSpec): OpenOrder => ({
  venueId: order.id,
  clientId: order.clientId,
  side: order.side,
  price: price(atIndex(tick, order.tick)),
  remaining: size(atIndex(lot, order.remainingLots)),
});
