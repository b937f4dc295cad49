import type { Clock } from '../ports/clock.ts';
import type { DirectDeps } from './direct-floor.ts';
import type { World } from './host.ts';

/** What stands between a deployment and the machines it runs on. */
export interface Interference {
  /** How long after it was due each start of a firing comes, in ms: none, one or several. */
  starts(name: string): readonly number[];
  /** The same of an event that was put on the bus. */
  deliveries(): readonly number[];
  /** What an invocation uses, as its process has it. `ended`: it has died. */
  inside<Deps extends { readonly clock: Clock }>(deps: Deps, name: string, ended: () => void): Deps;
  /** The deployment is there, nothing has started yet: what its functions are to use. */
  opened(world: World, deps: DirectDeps): DirectDeps;
}

/** Everything comes once and at once, and nobody dies. */
export const UNDISTURBED: Interference = {
  starts: () => [0],
  deliveries: () => [0],
  inside: (deps) => deps,
  opened: (_world, deps) => deps,
};
