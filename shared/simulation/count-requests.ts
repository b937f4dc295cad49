import type { MarketId } from '../domain/venue/market-id.ts';
import type { ConnectedVenue } from '../ports/connect-venue.ts';

export interface RequestCounter {
  readonly counted: (venue: ConnectedVenue) => ConnectedVenue;
  readonly total: () => number;
  readonly of: (market: MarketId) => number;
}

/** Calls of the ports, by market: what they cost over HTTP the venue's profile knows. */
export function countRequests(): RequestCounter {
  const counts = new Map<MarketId, number>();
  const count = (market: MarketId): void => void counts.set(market, (counts.get(market) ?? 0) + 1);
  return {
    counted: (venue) => ({
      ...venue,
      data: {
        ...venue.data,
        book(market) {
          count(market);
          return venue.data.book(market);
        },
      },
      execution: {
        ...venue.execution,
        account(market) {
          count(market);
          return venue.execution.account(market);
        },
        position(market) {
          count(market);
          return venue.execution.position(market);
        },
        orders(market) {
          count(market);
          return venue.execution.orders(market);
        },
        send(commands, expiresAt) {
          for (const { market } of commands) count(market);
          return venue.execution.send(commands, expiresAt);
        },
      },
    }),
    total: () => [...counts.values()].reduce((sum, one) => sum + one, 0),
    of: (market) => counts.get(market) ?? 0,
  };
}
