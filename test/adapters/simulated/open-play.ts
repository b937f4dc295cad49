import { connectSimulated } from '#shared/adapters/simulated/connect.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { epochMs } from '#shared/domain/units.ts';
import { createExchange } from '#shared/simulator/exchange/exchange.ts';
import { modifying } from '#test/builders/play/modifying.ts';
import { handFeed } from '#test/builders/feeds.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import { DEPOSIT_USD, KEY, type OpenPlay, START } from '#test/contracts/venue-play.ts';

/** The venue in process, without latency, as it comes or with another ability. */
export const openInProcess =
  (modify: ModifyAbility = 'none'): OpenPlay =>
  async (events, { feed, requestsPerMinute } = {}) => {
    const exchange = createExchange({
      feeds: [handFeed(events, feed)],
      fillModel: 'trade-through',
      startsAt: START,
      depositUsd: DEPOSIT_USD,
      maxLeverage: 10,
    });
    exchange.advanceTo(START);
    let now = START;
    const connected = connectSimulated({
      exchange,
      accountKey: KEY,
      clock: { now: () => now, sleep: async () => undefined },
      latencyMs: 0,
      isOurs,
      profile: {
        ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
        can: modifying(modify).can,
      },
    });
    return {
      connected,
      exchange,
      at(afterMs) {
        now = epochMs(START + afterMs);
        exchange.advanceTo(now);
      },
    };
  };
