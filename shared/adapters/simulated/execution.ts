import { done, type VenueFailure } from '../../domain/failure.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { CommandResult } from '../../domain/venue/venue-answers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import type { AccountLists } from './account-lists.ts';
import type { LineToExchange } from './line-to-exchange.ts';
import { cancelled, carryOut, notSent } from './send-commands.ts';

export interface ExecutionParts {
  readonly line: LineToExchange;
  readonly lists: AccountLists;
  readonly clock: Pick<Clock, 'now'>;
  readonly can: VenueAbilities;
  readonly isOurs: (clientId: string, symbol: string) => boolean;
}

/** One account at the exchange. */
export function createExecution({ line, lists, clock, can, isOurs }: ExecutionParts): Execution {
  const { exchange, accountKey } = line;
  const acted = (act: () => readonly CommandResult[]): Promise<readonly CommandResult[]> =>
    line.ask(() => {
      const results = act();
      lists.remember();
      return results;
    });
  /** All are tried. */
  const cancelEach = async (venueIds: readonly string[]): Promise<readonly CommandResult[]> =>
    venueIds.length === 0 ? [] : acted(() => cancelled(line, venueIds));
  return {
    can,
    account: (market) =>
      line.read(2, symbolOf(market), (_found, requestsLeftRatio) =>
        done({ ...lists.listed(symbolOf(market)), ...WHOLE, requestsLeftRatio }),
      ),
    position: (market) =>
      line.read(1, symbolOf(market), (_found, requestsLeftRatio) => {
        const { position } = lists.listed(symbolOf(market));
        return done({ position, requestsLeftRatio });
      }),
    orders: (market) =>
      line.read(1, symbolOf(market), (_found, requestsLeftRatio) => {
        const { orders } = lists.listed(symbolOf(market));
        return done({ orders, ...WHOLE, requestsLeftRatio });
      }),
    async send(commands, expiresAt) {
      const lateMs = clock.now() - expiresAt;
      if (lateMs >= 0)
        return notSent(commands, `its time ran out ${lateMs} ms before it could be sent`);
      return commands.length === 0 ? [] : acted(() => carryOut(line, commands, can.modify));
    },
    async cancelOurs(market, venueIds) {
      const symbol = symbolOf(market);
      const [named, listed] = await Promise.all([
        cancelEach(venueIds),
        line.read(1, symbol, () =>
          done(
            lists
              .listed(symbol)
              .orders.filter(({ clientId }) => clientId !== undefined && isOurs(clientId, symbol)),
          ),
        ),
      ]);
      if (!listed.ok) return { results: named, failure: firstLimit(named) ?? listed.failure };
      const ids = listed.value.map(({ venueId }) => venueId);
      const others = ids.filter((id) => !venueIds.includes(id));
      const results = [...named, ...(await cancelEach(others))];
      return { results, failure: firstLimit(results) };
    },
    cancelAll: (market) =>
      line.read(1, symbolOf(market), () => {
        exchange.cancelAll(accountKey, symbolOf(market));
        lists.remember();
        return done('cancelled');
      }),
  };
}

/** No list of this venue is cut. */
const WHOLE = { complete: true, doubtful: [] };

/** The first that the allowance did not cover: nothing else fails here. */
const firstLimit = (results: readonly CommandResult[]): VenueFailure | undefined =>
  results.flatMap(({ outcome }) => (outcome.kind === 'rate-limited' ? [outcome] : []))[0];
