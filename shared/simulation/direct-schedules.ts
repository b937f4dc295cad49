import { runFundingCheck } from '../cycles/funding-check/run-funding-check.ts';
import type { GroupDeps } from '../cycles/requote/group-deps.ts';
import { runGroup } from '../cycles/requote/run-group.ts';
import { runWatchdog } from '../cycles/watchdog/run-watchdog.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { epochMs } from '../domain/units.ts';
import { nextBoundary } from '../domain/venue/funding.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { DirectDeps } from './direct-floor.ts';
import type { World } from './host.ts';

/** The times of a deployment's functions, under a name of its own. */
export const DEPLOYMENT = 'local';
const FIRST_FIRING_MS = SECOND_MS;
const BEFORE_FUNDING_MS = 5 * MINUTE_MS;
/** Trading ends then for want of a successor, and what is not proven empty is given up then. */
const SESSION_MS = 820 * SECOND_MS;
const GIVE_UP_MS = 880 * SECOND_MS;

export interface Schedules {
  readonly stopped: () => boolean;
  readonly invoke: <Deps extends { readonly clock: Clock }>(
    name: string,
    deps: Deps,
    run: (own: Deps) => Promise<unknown>,
  ) => void;
}

/** Every group and the watchdog each minute, and the funding check before each boundary. */
export function startSchedules(
  world: World,
  deps: DirectDeps,
  { stopped, invoke }: Schedules,
): void {
  const { clock, markets } = world;
  const first = clock.now() + FIRST_FIRING_MS;
  const every = (at: number, name: string, next: (at: number) => number, run: () => void): void =>
    clock.at(epochMs(at), name, async () => {
      if (stopped()) return;
      run();
      every(next(at), name, next, run);
    });
  const nextMinute = (at: number): number => at + MINUTE_MS;
  for (const market of markets) {
    let number = 0;
    every(first, market, nextMinute, () =>
      invoke(market, deps.group, (own) => {
        number += 1;
        return tradeGroup(world, own, market, `${market}-${number}`);
      }),
    );
  }
  const checkAfter = (at: number): number => {
    const boundary = nextBoundary(epochMs(at + BEFORE_FUNDING_MS), world.fundingIntervalHours);
    return boundary - BEFORE_FUNDING_MS;
  };
  every(checkAfter(first - 1), 'funding-check', checkAfter, () =>
    invoke('funding-check', deps.fundingCheck, (own) => runFundingCheck(own, markets)),
  );
  const groups = markets.map((market) => ({ name: market, markets: [market] }));
  every(first, 'watchdog', nextMinute, () =>
    invoke('watchdog', deps.watchdog, (own) => runWatchdog(own, groups)),
  );
}

function tradeGroup(
  { clock, markets }: World,
  deps: GroupDeps,
  market: MarketId,
  owner: string,
): Promise<unknown> {
  return runGroup(deps, {
    group: market,
    markets: [market],
    deployment: DEPLOYMENT,
    owner,
    peers: markets.filter((other) => other !== market),
    deadline: epochMs(clock.now() + SESSION_MS),
    giveUpAt: epochMs(clock.now() + GIVE_UP_MS),
  });
}
