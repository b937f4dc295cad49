import { PURPLE_FLEA } from '../../adapters/simulated/venue-profile.ts';
import { InvariantError } from '../../domain/failure.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import { seededRandom } from '../../math/random.ts';
import { parseParameters } from '../../schema/parameters/parameters.ts';
import type { MarketFeed } from '../../simulator/feed/feed.ts';
import { createDirectHost } from '../direct-host.ts';
import type { DirectDeps } from '../direct-floor.ts';
import type { World } from '../host.ts';
import type { RunResult } from '../result.ts';
import { LATENCY_MS, simulate, simulatedMarket } from '../simulate.ts';
import { BROKEN_BUILDS, type BrokenBuild } from './broken-build.ts';
import { BEGINS_MS, CALM_MS } from './chaos-times.ts';
import { checkBooks } from './check-book.ts';
import { checkLedger } from './check-ledger.ts';
import { checkOwners } from './check-owners.ts';
import { disturbing } from './disturbing.ts';
import type { FaultKind } from './fault-kind.ts';
import { createFaultSource, type Fault } from './fault-source.ts';
import { peopleAt } from './people.ts';
import { createViolations, type Violation } from './violations.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** Of market, at least `LEAST_MINUTES`. */
  readonly minutes: number;
  /** What may go wrong. */
  readonly kinds: readonly FaultKind[];
  /** They begin together. */
  readonly feeds: readonly MarketFeed[];
  /** What the deployment lacks on purpose; undefined: nothing. */
  readonly broken: BrokenBuild | undefined;
}

/** What a story of faults came to. */
export interface ChaosRun {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly violations: readonly Violation[];
  readonly checks: number;
  /** For how long orders rested that no lease answered for, at the longest. */
  readonly longestUnownedMs: number;
  readonly fills: number;
  readonly hedges: number;
}

const CAP_USD = 1000;
/** Fills often, and breaches; of one level a side, which the checks count on. */
const WRITTEN = {
  spreadModel: 'fixed',
  baseSpreadBps: 5,
  quoteSizeUsd: 300,
  maxInventoryUsd: CAP_USD,
  hedgeThresholdUsd: 500,
  sizeMultipliers: [1, 1, 1],
};
/** Markets are off by then, and starts go on, which book what is listed late. */
const BOOKING_MS = 4 * MINUTE_MS;
const LIST_LAGS_MS = [0, 0, 2 * SECOND_MS, 30 * SECOND_MS, 70 * SECOND_MS];
const MOST_RESIDUAL_USD = 1e-6;

/** Plays one seed to its end: a deployment trades, and everything around it fails. */
export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const { seed, minutes, kinds, feeds, broken } = options;
  const startsAt = Math.min(...feeds.map((feed) => feed.startsAt));
  const stopAt = epochMs(startsAt + minutes * MINUTE_MS);
  let opened: Opened | undefined;
  const faults = createFaultSource({
    seed,
    kinds,
    from: epochMs(startsAt + BEGINS_MS),
    until: epochMs(stopAt - CALM_MS),
    now: (): EpochMs => opened?.world.clock.now() ?? epochMs(startsAt),
  });
  const interference = disturbing(faults, (world, deps) => {
    opened = watched(world, deps, faults.all);
    peopleAt(world, deps, faults);
    world.clock.at(epochMs(stopAt - BOOKING_MS), 'off', async () => {
      for (const market of world.markets) deps.parameters.put(market, { mode: 'off' });
    });
    return broken === undefined ? deps : BROKEN_BUILDS[broken](deps);
  });
  const result = await simulate(
    {
      feeds,
      stopAt,
      parameters: { DEFAULT: WRITTEN },
      parametersOf: inForce,
      fillModel: 'queue',
      latencyMs: LATENCY_MS,
    },
    createDirectHost({ ...PURPLE_FLEA, listsLagMs: listsLagOf(seed) }, interference),
  );
  if (opened === undefined) throw new InvariantError('the deployment was never opened');
  return { seed, faults: faults.all(), ...(await findings(opened, result)) };
}

interface Opened {
  readonly world: World;
  readonly deps: DirectDeps;
  readonly violations: ReturnType<typeof createViolations>;
  readonly longestUnownedMs: () => number;
}

function watched(world: World, deps: DirectDeps, faults: () => readonly Fault[]): Opened {
  const violations = createViolations(world.clock);
  checkBooks(world, CAP_USD, violations);
  const longestUnownedMs = checkOwners(world, deps, faults, violations);
  return { world, deps, violations, longestUnownedMs };
}

async function findings(
  { world, deps, violations, longestUnownedMs }: Opened,
  { markets, total }: RunResult,
): Promise<Omit<ChaosRun, 'seed' | 'faults'>> {
  await checkLedger(world, deps, violations);
  for (const [symbol, { residualUsd }] of Object.entries(markets))
    violations.check(
      simulatedMarket(symbol),
      'residual',
      Math.abs(residualUsd) > MOST_RESIDUAL_USD
        ? `${residualUsd} USD of the change in equity are not explained`
        : undefined,
    );
  return {
    violations: violations.all(),
    checks: violations.checks(),
    longestUnownedMs: longestUnownedMs(),
    fills: total.fills,
    hedges: total.hedges,
  };
}

function inForce(): Parameters {
  const parsed = parseParameters([WRITTEN]);
  if (parsed.kind === 'refused') throw new InvariantError('chaos trades by refused parameters');
  return parsed.values;
}

const listsLagOf = (seed: number): number => {
  const pick = Math.floor(seededRandom(`lists/${seed}`).uniform() * LIST_LAGS_MS.length);
  return LIST_LAGS_MS[pick] ?? 0;
};
