import type { Clock } from '../../ports/clock.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import type { Exchange } from '../../simulator/exchange/exchange.ts';
import { createAccountHistory } from './account-history.ts';
import { createAccountLists } from './account-lists.ts';
import { createExecution } from './execution.ts';
import { createLineToExchange } from './line-to-exchange.ts';
import { createMarketData } from './market-data.ts';
import { PURPLE_FLEA, type VenueProfile } from './venue-profile.ts';

export interface SimulatedVenueOptions {
  readonly exchange: Exchange;
  /** The account that trades. */
  readonly accountKey: string;
  readonly clock: Clock;
  /** Each way, in ms: an order arrives this much later, an answer is this old. */
  readonly latencyMs: number;
  /** Whether an order of that client id, listed in that market, is a quote of this deployment. */
  readonly isOurs: (clientId: string, symbol: string) => boolean;
  /** Default: what the adapter of Purple Flea sees. */
  readonly profile?: Partial<VenueProfile>;
}

/**
 * The simulated exchange as a venue, in process. It shows no more than the face it stands for, so
 * that what was tried on it is what trades. Without latency a call is answered from the state it
 * finds, with no promise but its own.
 */
export function connectSimulated(options: SimulatedVenueOptions): ConnectedVenue {
  const { exchange, accountKey, clock, latencyMs, isOurs } = options;
  const profile: VenueProfile = { ...PURPLE_FLEA, ...options.profile };
  const { requestsPerMinute, listsLagMs, can } = profile;
  const lists = createAccountLists(exchange, accountKey, listsLagMs);
  const line = createLineToExchange({ exchange, accountKey, clock, latencyMs, requestsPerMinute });
  return {
    venue: 'simulated',
    data: createMarketData(line, profile),
    execution: createExecution({ line, lists, clock, can, isOurs }),
    history: createAccountHistory(line, listsLagMs),
  };
}
