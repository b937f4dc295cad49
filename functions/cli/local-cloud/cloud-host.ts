import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { symbolOf } from '#shared/domain/venue/market-id.ts';
import type { DomainEvent } from '#shared/domain/domain-event.ts';
import { parseStage, type Stage } from '#shared/schema/deployment.ts';
import { parseDomainEvent } from '#shared/schema/events.ts';
import type { Host, RunningHost, World } from '#shared/simulation/host.ts';
import { SIMULATED_VENUE } from '#shared/simulation/simulate.ts';
import { createVirtualClock, type VirtualClock } from '#shared/simulation/virtual-clock.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { openState } from '#shared/wiring/open-state.ts';
import {
  createExchangeServer,
  type ExchangeServer,
} from '../exchange-server/create-exchange-server.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { createOpened } from './opened.ts';
import { synthesizeDeployment } from './template/synthesize.ts';

export interface CloudHostOptions {
  /** Of the exchange; 0: any free one. */
  readonly port: number;
  readonly onStart?: (running: Running) => void;
}

/** What a person or a test can reach while it runs. */
export interface Running {
  readonly clock: VirtualClock;
  readonly exchangeUrl: string;
  readonly cloud: LocalCloud;
}

const RATE_LIMIT_PER_MINUTE = 1000;

/**
 * The synthesized deployment on this machine: its template's tables, schedules, rules and handlers,
 * and the exchange over HTTP.
 */
export const cloudHost = ({ port, onStart }: CloudHostOptions): Host<VirtualClock> => ({
  clock: createVirtualClock,
  async open(world) {
    const opened = createOpened();
    try {
      const server = opened.add(await serve(world, port));
      const cloud = opened.add(
        await startLocalCloud({
          deployment: synthesizeDeployment(stageOf(world, server.url)),
          platform: { clock: world.clock, watch: world.watch },
          secretValue: JSON.stringify({ [SIMULATED_VENUE]: { apiKey: world.accountKey } }),
        }),
      );
      for (const [market, attributes] of Object.entries(world.parameters))
        await cloud.tables.put(cloud.table('Parameters'), { ...attributes, market });
      onStart?.({ clock: world.clock, exchangeUrl: server.url, cloud });
      return runningHost(world, cloud, server, opened.close);
    } catch (error) {
      await opened.close();
      throw error;
    }
  },
});

function runningHost(
  { markets }: World,
  cloud: LocalCloud,
  server: ExchangeServer,
  close: () => Promise<void>,
): RunningHost {
  const state = openState({ state: cloud.table('State'), ledger: cloud.table('Ledger') });
  return {
    async switchOff() {
      for (const market of markets)
        await cloud.tables.set(cloud.table('Parameters'), { market }, 'mode', 'off');
      cloud.stopSchedules();
    },
    running: cloud.running,
    facts: (market, from, to) => state.ledger.read(market, from, to),
    async session(market) {
      const loaded = await state.sessions.load(market);
      return loaded.kind === 'loaded' ? loaded.session : undefined;
    },
    events: () => cloud.events().flatMap(asDomainEvent),
    requests: server.requests,
    requestsOf: (market: MarketId) => cloud.venueRequests(market),
    invocations: () => cloud.invocations().length,
    problems: () => problemsOf(cloud),
    close,
  };
}

const asDomainEvent = ({
  detailType,
  detail,
}: {
  readonly detailType: string;
  readonly detail: unknown;
}): readonly DomainEvent[] => {
  const event = parseDomainEvent(detailType, detail);
  return event === undefined ? [] : [event];
};

function problemsOf(cloud: LocalCloud): readonly string[] {
  const failed = cloud
    .invocations()
    .flatMap(({ functionName, outcome }) =>
      outcome.kind === 'failed' ? [`${functionName}: ${outcome.error}`] : [],
    );
  return [...new Set(failed), ...cloud.deadLetters().map(({ why }) => `dead letter: ${why}`)];
}

const serve = (
  { exchange, clock, latencyMs }: World<VirtualClock>,
  port: number,
): Promise<ExchangeServer> =>
  createExchangeServer({
    exchange,
    sessions: createQuotingSessions(exchange),
    now: clock.now,
    delay: (activity) => clock.sleepFor(activity, latencyMs),
    rateLimitPerMinute: RATE_LIMIT_PER_MINUTE,
    port,
    onError: clock.fail,
  });

const stageOf = ({ markets, fundingIntervalHours }: World, baseUrl: string): Stage =>
  parseStage({
    name: 'local',
    venues: { [SIMULATED_VENUE]: { baseUrl, fundingIntervalHours } },
    markets: markets.map((market) => ({ symbol: symbolOf(market), venue: SIMULATED_VENUE })),
  });
