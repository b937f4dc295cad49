import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { inBatches } from '../in-batches.ts';
import type { Look, TakenAway } from './found.ts';
import { publishLevels } from './publish-levels.ts';
import { readStage, type WatchedMarket, wordsOf } from './read-stage.ts';
import { takeAwayAll } from './take-away.ts';
import { watchMarket } from './watch-market.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps, type WatchedGroup } from './watchdog-deps.ts';

/**
 * Looks twice at every market of a venue: orders that nobody answers for are cancelled, a loss
 * limit that is passed halts, and what a person must know is told as a level. It needs nobody else
 * to be alive, changes nothing where all is well, and may run twice, late or beside itself.
 */
export async function runWatchdog(
  deps: WatchdogDeps,
  groups: readonly WatchedGroup[],
): Promise<readonly Look[]> {
  const again = deps.clock.now() + WATCHDOG_BOUNDS.lookAgainMs;
  const first = await look(deps, groups);
  await deps.clock.sleep(again - deps.clock.now());
  const looks = [first, await look(deps, groups)];
  publishLevels(deps, looks);
  return looks;
}

async function look(deps: WatchdogDeps, groups: readonly WatchedGroup[]): Promise<Look> {
  const stage = await readStage(deps, groups);
  if (stage === undefined) return { kind: 'blind', markets: await withdraw(deps, groups) };
  const inTurn = turnOf(stage, deps.clock.now());
  const found = await inBatches(stage, WATCHDOG_BOUNDS.atOnce, async (watched) => {
    const isLookedAt = !wasLeftInOrder(watched) || inTurn.has(watched.market);
    return [watched.market, await watchMarket(deps, watched, isLookedAt)] as const;
  });
  return { kind: 'seen', markets: Object.fromEntries(found) };
}

/** A session that cannot prove a lease has withdrawn: whatever rests is nobody's. */
async function withdraw(
  deps: WatchdogDeps,
  groups: readonly WatchedGroup[],
): Promise<Readonly<Record<MarketId, TakenAway>>> {
  const markets = groups.flatMap((group) => group.markets);
  const taken = await inBatches(markets, WATCHDOG_BOUNDS.atOnce, async (market) => {
    try {
      return [market, await takeAwayAll(deps, market)] as const;
    } catch (error) {
      deps.log.error('orders cannot be taken away', { market, why: wordsOf(error) });
      return [market, { found: 0, left: 1 }] as const;
    }
  });
  return Object.fromEntries(taken);
}

/** Its lease was released, which nobody does before the market is proven empty; or never taken. */
const wasLeftInOrder = ({ lease }: Pick<WatchedMarket, 'lease'>): boolean =>
  lease.kind === 'read' && lease.value === undefined;

/** Of those that were, some at each look, so that many of them do not use up the allowance. */
function turnOf(stage: readonly WatchedMarket[], now: EpochMs): ReadonlySet<MarketId> {
  const idle = stage.filter(wasLeftInOrder).map(({ market }) => market);
  const { leftInOrder, lookAgainMs } = WATCHDOG_BOUNDS;
  const first = (Math.floor(now / lookAgainMs) * leftInOrder) % Math.max(1, idle.length);
  return new Set([...idle.slice(first), ...idle.slice(0, first)].slice(0, leftInOrder));
}
