import { connectPurpleFlea } from '#shared/adapters/purple-flea/connect.ts';
import { epochMs } from '#shared/domain/units.ts';
import { handFeed } from '#test/builders/feeds.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import { DEPOSIT_USD, KEY, type OpenPlay, START } from '#test/contracts/venue-play.ts';
import { serveExchange } from '#test/floors/exchange-over-http.ts';

/** The adapter over HTTP against the exchange's own face. */
export const openOverHttp: OpenPlay = async (events, { feed, requestsPerMinute } = {}) => {
  const served = await serveExchange([handFeed(events, feed)], {
    depositUsd: DEPOSIT_USD,
    rateLimitPerMinute: requestsPerMinute ?? 1000,
  });
  served.exchange.advanceTo(START);
  let now = START;
  const connected = connectPurpleFlea({
    baseUrl: served.url,
    apiKey: KEY,
    clock: { now: () => now },
    isOurs,
  });
  return {
    connected,
    exchange: served.exchange,
    at(afterMs) {
      now = epochMs(START + afterMs);
      served.at(afterMs);
      served.exchange.advanceTo(now);
    },
  };
};
