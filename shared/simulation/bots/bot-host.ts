import { createLineToExchange } from '../../adapters/simulated/line-to-exchange.ts';
import { PURPLE_FLEA } from '../../adapters/simulated/venue-profile.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import { createDirectClock } from '../direct-clock.ts';
import type { Host, RunningHost, World } from '../host.ts';
import type { Bot } from './bot.ts';
import { type BotTally, createBotTally } from './bot-tally.ts';
import { createVendorClient } from './vendor-client.ts';
import { venueFacts } from './venue-facts.ts';

/**
 * A bot in a deployment's place: one script a market on the deployment's account, over the line
 * that the deployment's adapter uses. Nothing it sends is reviewed; it is stopped as by a person,
 * after its turn, and then cancels everything.
 */
export const botHost = (bot: Bot): Host => ({
  clock: createDirectClock,
  async open(world) {
    const scripts = { stopped: false, running: 0 };
    const tallies = startScripts(bot, world, async (turn, leave) => {
      scripts.running += 1;
      while (!scripts.stopped) {
        await turn();
        await world.clock.sleep(bot.pauseMs);
      }
      await leave();
      scripts.running -= 1;
    });
    return runningHost(world, tallies, {
      running: () => scripts.running,
      async switchOff() {
        scripts.stopped = true;
      },
    });
  },
});

type Run = (turn: () => Promise<void>, leave: () => Promise<unknown>) => Promise<void>;

function startScripts(bot: Bot, world: World, run: Run): ReadonlyMap<MarketId, BotTally> {
  const { clock, exchange, accountKey, latencyMs, markets, parametersOf } = world;
  const { requestsPerMinute } = PURPLE_FLEA;
  const line = createLineToExchange({ exchange, accountKey, clock, latencyMs, requestsPerMinute });
  return new Map(
    markets.map((market) => {
      const symbol = symbolOf(market);
      const tally = createBotTally(market, clock.now);
      const client = createVendorClient(line, symbol, tally.watch);
      const turn = bot.begin(client, parametersOf(symbol));
      clock.at(clock.now(), `${bot.name} ${symbol}`, () => run(turn, client.cancelAll));
      return [market, tally];
    }),
  );
}

function runningHost(
  { exchange, accountKey }: World,
  tallies: ReadonlyMap<MarketId, BotTally>,
  scripts: Pick<RunningHost, 'running' | 'switchOff'>,
): RunningHost {
  const all = [...tallies.values()];
  return {
    ...scripts,
    facts: async (market, from, to) => venueFacts(exchange, accountKey, market, from, to),
    session: async (market) => tallies.get(market)?.quoting(),
    events: () => all.flatMap((tally) => tally.hedges()),
    requests: () => all.reduce((sum, tally) => sum + tally.requests(), 0),
    requestsOf: (market) => tallies.get(market)?.requests() ?? 0,
    invocations: () => tallies.size,
    problems: () => [],
    close: async () => undefined,
  };
}
