import { PURPLE_FLEA, type VenueProfile } from '../adapters/simulated/venue-profile.ts';
import { runFundingCheck } from '../cycles/funding-check/run-funding-check.ts';
import { runHedge } from '../cycles/hedge/run-hedge.ts';
import { runGroup } from '../cycles/requote/run-group.ts';
import { runWatchdog } from '../cycles/watchdog/run-watchdog.ts';
import { nextBoundary } from '../domain/venue/funding.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { epochMs, type EpochMs } from '../domain/units.ts';
import type { ConnectedVenue } from '../ports/connect-venue.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { createDirectClock } from './direct-clock.ts';
import { createDirectDeps, type DirectDeps } from './direct-floor.ts';
import type { Host, RunningHost, World } from './host.ts';

/** The times of a deployment's functions, under a name of its own. */
const DEPLOYMENT = 'local';
const FIRST_FIRING_MS = SECOND_MS;
const EVENT_DELIVERY_MS = 80;
const BEFORE_FUNDING_MS = 5 * MINUTE_MS;
/** Trading ends then for want of a successor, and what is not proven empty is given up then. */
const SESSION_MS = 820 * SECOND_MS;
const GIVE_UP_MS = 880 * SECOND_MS;

/**
 * The functions of a deployment as cycles on memory stores and the simulated exchange, in this
 * process, at the times the schedules and the bus of the deployment would start them.
 */
export const createDirectHost = (profile: VenueProfile): Host => ({
  clock: createDirectClock,
  async open(world) {
    const events: DomainEvent[] = [];
    const counter = countRequests();
    let started = 0;
    let running = 0;
    let stopped = false;
    const problems = new Set<string>();

    const invoke = (at: EpochMs, name: string, run: () => Promise<unknown>): void =>
      world.clock.at(at, name, async () => {
        started += 1;
        running += 1;
        try {
          await run();
        } catch (error) {
          problems.add(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        } finally {
          running -= 1;
        }
      });
    const deps = createDirectDeps({
      clock: world.clock,
      exchange: world.exchange,
      accountKey: world.accountKey,
      latencyMs: world.latencyMs,
      watch: world.watch,
      profile,
      deployment: DEPLOYMENT,
      log: SILENT,
      metrics: NO_METRICS,
      onEvent(event) {
        events.push(event);
        if (event.type !== 'InventoryThresholdBreached') return;
        const { market, hedgeId } = event;
        const at = epochMs(world.clock.now() + EVENT_DELIVERY_MS);
        const owner = `hedge-${events.length}`;
        invoke(at, 'hedge', () => runHedge(deps.hedge, { market, hedgeId, owner }));
      },
      wrapVenue: counter.counted,
    });
    for (const [item, attributes] of Object.entries(world.parameters))
      deps.parameters.put(item, attributes);
    startSchedules(world, deps, invoke, () => stopped);
    return runningHost(world, deps, {
      events,
      counter,
      running: () => running,
      invocations: () => started,
      problems: () => [...problems],
      stop: () => {
        stopped = true;
      },
    });
  },
});

/** With the venue as its adapter over HTTP sees it. */
export const directHost = createDirectHost(PURPLE_FLEA);

type Invoke = (at: EpochMs, name: string, run: () => Promise<unknown>) => void;

/** Every group each minute, and the funding check before each boundary. */
function startSchedules(
  world: World,
  deps: DirectDeps,
  invoke: Invoke,
  stopped: () => boolean,
): void {
  const { clock, markets } = world;
  const first = clock.now() + FIRST_FIRING_MS;
  const every = (at: number, name: string, next: (at: number) => number, run: () => void): void =>
    clock.at(epochMs(at), name, async () => {
      if (stopped()) return;
      run();
      every(next(at), name, next, run);
    });
  for (const market of markets) {
    let number = 0;
    every(
      first,
      market,
      (at) => at + MINUTE_MS,
      () => {
        number += 1;
        const owner = `${market}-${number}`;
        invoke(clock.now(), market, () => tradeGroup(world, deps, market, owner));
      },
    );
  }
  const checkAfter = (at: number): number => {
    const boundary = nextBoundary(epochMs(at + BEFORE_FUNDING_MS), world.fundingIntervalHours);
    return boundary - BEFORE_FUNDING_MS;
  };
  every(checkAfter(first - 1), 'funding-check', checkAfter, () =>
    invoke(clock.now(), 'funding-check', () => runFundingCheck(deps.fundingCheck, markets)),
  );
  const groups = markets.map((market) => ({ name: market, markets: [market] }));
  every(
    first,
    'watchdog',
    (at) => at + MINUTE_MS,
    () => invoke(clock.now(), 'watchdog', () => runWatchdog(deps.watchdog, groups)),
  );
}

function tradeGroup(
  { clock, markets }: World,
  deps: DirectDeps,
  market: MarketId,
  owner: string,
): Promise<unknown> {
  return runGroup(deps.group, {
    group: market,
    markets: [market],
    deployment: DEPLOYMENT,
    owner,
    peers: markets.filter((other) => other !== market),
    deadline: epochMs(clock.now() + SESSION_MS),
    giveUpAt: epochMs(clock.now() + GIVE_UP_MS),
  });
}

interface Watched {
  readonly events: readonly DomainEvent[];
  readonly counter: RequestCounter;
  readonly running: () => number;
  readonly invocations: () => number;
  readonly problems: () => readonly string[];
  readonly stop: () => void;
}

function runningHost(
  world: World,
  { ledger, parameters, group }: DirectDeps,
  of: Watched,
): RunningHost {
  return {
    async switchOff() {
      for (const market of world.markets)
        parameters.put(market, { ...world.parameters[market], mode: 'off' });
      of.stop();
    },
    running: of.running,
    facts: (market, from, to) => ledger.read(market, from, to),
    async session(market) {
      const loaded = await group.sessions.load(market);
      return loaded.kind === 'loaded' ? loaded.session : undefined;
    },
    events: () => of.events,
    requests: of.counter.total,
    requestsOf: of.counter.of,
    invocations: of.invocations,
    problems: of.problems,
    close: async () => undefined,
  };
}

interface RequestCounter {
  readonly counted: (venue: ConnectedVenue) => ConnectedVenue;
  readonly total: () => number;
  readonly of: (market: MarketId) => number;
}

/** Calls of the ports, by market: what they cost over HTTP the venue's profile knows. */
function countRequests(): RequestCounter {
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

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_METRICS = { add: () => undefined, flush: () => undefined };
