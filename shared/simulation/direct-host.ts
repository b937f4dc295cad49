import { PURPLE_FLEA, type VenueProfile } from '../adapters/simulated/venue-profile.ts';
import { runHedge } from '../cycles/hedge/run-hedge.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { epochMs, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { countRequests, type RequestCounter } from './count-requests.ts';
import { createDirectClock } from './direct-clock.ts';
import { createDirectDeps, type DirectDeps } from './direct-floor.ts';
import { DEPLOYMENT, startSchedules } from './direct-schedules.ts';
import type { Host, RunningHost, World } from './host.ts';
import { type Interference, UNDISTURBED } from './interference.ts';

const EVENT_DELIVERY_MS = 80;

/**
 * The functions of a deployment as cycles on memory stores and the simulated exchange, in this
 * process, at the times the schedules and the bus of the deployment would start them.
 */
export const createDirectHost = (
  profile: VenueProfile,
  interference: Interference = UNDISTURBED,
): Host => ({
  clock: createDirectClock,
  async open(world) {
    const events: DomainEvent[] = [];
    const counter = countRequests();
    let started = 0;
    let running = 0;
    let stopped = false;
    const problems = new Set<string>();

    const invoke: Invoke = (at, name, deps, run) =>
      world.clock.at(at, name, async () => {
        started += 1;
        running += 1;
        const ended = once(() => void (running -= 1));
        await run(interference.inside(deps, name, ended)).catch((error: unknown) => {
          problems.add(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        });
        ended();
      });
    const made = createDirectDeps({
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
        interference.deliveries().forEach((lateMs, copy) => {
          const at = epochMs(world.clock.now() + EVENT_DELIVERY_MS + lateMs);
          const owner = `hedge-${events.length}-${copy}`;
          invoke(at, 'hedge', deps.hedge, (own) => runHedge(own, { market, hedgeId, owner }));
        });
      },
      wrapVenue: counter.counted,
    });
    const deps = interference.opened(world, made);
    for (const [item, attributes] of Object.entries(world.parameters))
      deps.parameters.put(item, attributes);
    startSchedules(world, deps, {
      stopped: () => stopped,
      invoke(name, own, run) {
        for (const lateMs of interference.starts(name))
          invoke(epochMs(world.clock.now() + lateMs), name, own, run);
      },
    });
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

type Invoke = <Deps extends { readonly clock: Clock }>(
  at: EpochMs,
  name: string,
  deps: Deps,
  run: (own: Deps) => Promise<unknown>,
) => void;

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
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

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_METRICS = { add: () => undefined, flush: () => undefined };
