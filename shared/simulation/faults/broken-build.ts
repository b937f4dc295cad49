import { epochMs } from '../../domain/units.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import type { DirectDeps } from '../direct-floor.ts';

/** What a deployment may lack on purpose, so that it is seen whether the checks notice. */
export const BROKEN_BUILDS = {
  'no-watchdog': (deps) => ({ ...deps, watchdog: cancellingNothing(deps.watchdog) }),
  'leases-for-all': (deps) => ({
    ...deps,
    group: { ...deps.group, leases: leasesForAll(deps.group.leases) },
  }),
  'no-list-lag': withoutListLag,
  'facts-lost': (deps) => ({ ...deps, group: { ...deps.group, ledger: losing(deps.ledger) } }),
} as const satisfies Readonly<Record<string, (deps: DirectDeps) => DirectDeps>>;

export type BrokenBuild = keyof typeof BROKEN_BUILDS;

export const BROKEN_NAMES = Object.keys(BROKEN_BUILDS);

export const isBrokenBuild = (name: string): name is BrokenBuild => name in BROKEN_BUILDS;

/** It is told of no failure, and nothing is cancelled. */
const cancellingNothing = (deps: DirectDeps['watchdog']): DirectDeps['watchdog'] => ({
  ...deps,
  venue: {
    ...deps.venue,
    execution: {
      ...deps.venue.execution,
      cancelOurs: async () => ({ results: [], failure: undefined }),
    },
  },
});

type Leases = DirectDeps['group']['leases'];

/** Nobody sees a holder, and whoever asks holds it, under the fence of his time. */
const leasesForAll = (leases: Leases): Leases => ({
  ...leases,
  read: async () => undefined,
  async acquire(want, now, ttlMs) {
    const taken = await leases.acquire(want, now, ttlMs);
    return (
      taken ?? {
        group: want.group,
        owner: want.owner,
        fence: Math.floor(now / 1000),
        acquiredAt: now,
        expiresAt: epochMs(now + ttlMs),
        markets: want.markets,
        yieldTo: undefined,
      }
    );
  },
  renew: async (lease, now, ttlMs) =>
    (await leases.renew(lease, now, ttlMs)) ?? { ...lease, expiresAt: epochMs(now + ttlMs) },
});

/** As if no list of the venue were ever behind. */
function withoutListLag(deps: DirectDeps): DirectDeps {
  const { venue } = deps.group;
  const can = { ...venue.execution.can, listsLagMs: 0 };
  const promised = { ...venue, execution: { ...venue.execution, can } };
  return {
    ...deps,
    group: { ...deps.group, venue: promised },
    hedge: { ...deps.hedge, venue: promised },
  };
}

/** One in five is never written. */
function losing(ledger: Ledger): Ledger {
  let asked = 0;
  return {
    ...ledger,
    async append(fact) {
      asked += 1;
      return asked % 5 === 0 ? { kind: 'written' } : ledger.append(fact);
    },
  };
}
