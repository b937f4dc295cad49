import { InvariantError } from '../../domain/failure.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { epochMs } from '../../domain/units.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import type { DirectDeps } from '../direct-floor.ts';
import type { World } from '../host.ts';
import type { Interference } from '../interference.ts';
import type { SimulatedClock } from '../simulated-clock.ts';
import { disturbedStore } from './disturbed-stores.ts';
import { disturbedVenue } from './disturbed-venue.ts';
import type { FaultSource } from './fault-source.ts';
import { aProcess, type Process } from './process.ts';

/** Of these a session makes many calls, the others few. */
const CALLS_OF_SESSION = 800;
const CALLS_OF_OTHERS = 40;
const FROZEN_MOST_MS = 2 * MINUTE_MS;
const LATE_MOST_MS = MINUTE_MS;
const OFF_MOST_MS = 12 * MINUTE_MS;
/** It is on again before markets are off, so that somebody books what is listed late. */
const OVERHANG_MS = 3 * MINUTE_MS;

/** What is a table, of what functions use. */
const STORES: ReadonlySet<string | symbol> = new Set([
  'leases',
  'sessions',
  'ledger',
  'parameters',
  'control',
  'hedges',
  'halts',
  'tilts',
]);

/** A deployment whose schedules, bus, tables, venue and processes fail as the faults say. */
export function disturbing(
  faults: FaultSource,
  opened: (world: World, deps: DirectDeps) => DirectDeps,
): Interference {
  let clock: SimulatedClock | undefined;
  const offUntil = new Map<string, number>();
  const clockNow = (): SimulatedClock => {
    if (clock === undefined) throw new InvariantError('the deployment is not there yet');
    return clock;
  };
  return {
    starts(name) {
      if (clockNow().now() < (offUntil.get(name) ?? 0)) return [];
      // A stage whose watchdog is turned off keeps no promise about what others left.
      if (name !== 'watchdog' && faults.among(['schedule-off'], name) !== undefined) {
        const ends = clockNow().now() + faults.between(MINUTE_MS, OFF_MOST_MS);
        offUntil.set(name, Math.min(ends, faults.until + OVERHANG_MS));
        return [];
      }
      switch (faults.among(['start-missed', 'start-twice', 'start-late'], name)) {
        case undefined:
          return [0];
        case 'start-missed':
          return [];
        case 'start-twice':
          return [0, faults.between(0, SECOND_MS)];
        case 'start-late':
          return [faults.between(0, LATE_MOST_MS)];
      }
    },
    deliveries() {
      switch (faults.among(['bus-lost', 'bus-twice', 'bus-late'], 'bus')) {
        case undefined:
          return [0];
        case 'bus-lost':
          return [];
        case 'bus-twice':
          return [0, faults.between(0, LATE_MOST_MS)];
        case 'bus-late':
          return [faults.between(0, LATE_MOST_MS)];
      }
    },
    inside(deps, name, ended) {
      const disturbed = failing(deps, { faults, clock: clockNow(), name });
      return processOf(name, faults, clockNow(), ended).inside(disturbed);
    },
    opened(world, deps) {
      ({ clock } = world);
      return opened(world, deps);
    },
  };
}

/** Its tables and its venue fail. */
const failing = <Deps extends object>(
  deps: Deps,
  by: { readonly faults: FaultSource; readonly clock: SimulatedClock; readonly name: string },
): Deps =>
  new Proxy(deps, {
    get(target, name) {
      const port: unknown = Reflect.get(target, name);
      if (typeof port !== 'object' || port === null) return port;
      if (STORES.has(name)) return disturbedStore(port, `${by.name} ${String(name)}`, by);
      return isVenue(port) ? disturbedVenue(port, by) : port;
    },
  });

const isVenue = (port: object): port is ConnectedVenue => 'execution' in port && 'history' in port;

/** Dies or stands still where and when it is said to, or not at all. */
function processOf(
  name: string,
  faults: FaultSource,
  clock: SimulatedClock,
  ended: () => void,
): Process {
  const isSession = name.includes('/');
  switch (faults.among(['killed', 'frozen'], name)) {
    case undefined:
      return aProcess();
    case 'killed': {
      const calls = isSession ? CALLS_OF_SESSION : CALLS_OF_OTHERS;
      const when = faults.between(0, 2) === 0 ? 'before' : 'after';
      return aProcess({ call: faults.between(0, calls), when }, ended);
    }
    case 'frozen': {
      const process = aProcess();
      const at = clock.now() + faults.between(0, isSession ? 10 * MINUTE_MS : SECOND_MS);
      const thawsAt = at + faults.between(0, FROZEN_MOST_MS);
      clock.at(epochMs(at), 'freezes', async () => process.freeze());
      clock.at(epochMs(thawsAt), 'thaws', async () => process.thaw());
      return process;
    }
  }
}
