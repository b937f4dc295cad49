import { wordsOf } from '../../domain/failure.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import { inBatches } from '../in-batches.ts';
import type { Look, TakenAway } from './found.ts';
import { publishLevels } from './publish-levels.ts';
import { readStage, type WatchedMarket, wasLeftInOrder } from './read-stage.ts';
import { NOTHING_TAKEN, takeAwayAll } from './take-away.ts';
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
  const { clock } = deps;
  const begunAt = clock.now();
  const looks = [await look(deps, groups)];
  if (clock.now() - begunAt <= WATCHDOG_BOUNDS.firstLookMs) {
    await clock.sleep(begunAt + WATCHDOG_BOUNDS.lookAgainMs - clock.now());
    looks.push(await look(deps, groups));
  }
  publishLevels(deps, looks);
  return looks;
}

async function look(deps: WatchdogDeps, groups: readonly WatchedGroup[]): Promise<Look> {
  const stage = await readStage(deps, groups);
  if (stage === undefined) return { kind: 'blind', markets: await withdraw(deps, groups) };
  const inTurn = turnOf(stage, deps.clock.now());
  const found = await inBatches(stage, WATCHDOG_BOUNDS.atOnce, async (watched) => {
    const isLookedAt = !wasLeftInOrder(watched.lease) || inTurn.has(watched.market);
    return [watched.market, await watchMarket(deps, watched, isLookedAt)] as const;
  });
  return { kind: 'seen', markets: Object.fromEntries(found) };
}

/** A session that cannot prove a lease has withdrawn: whatever rests is nobody's. */
async function withdraw(
  deps: WatchdogDeps,
  groups: readonly WatchedGroup[],
): Promise<Readonly<Record<MarketId, TakenAway>>> {
  const unreadAt = deps.clock.now();
  const all = groups.flatMap(({ name, markets }) => markets.map((market) => ({ name, market })));
  const taken = await inBatches(all, WATCHDOG_BOUNDS.atOnce, async ({ name, market }) => {
    try {
      const isFresh = deps.clock.now() - unreadAt <= WATCHDOG_BOUNDS.freshMs;
      if (!isFresh && (await canRead(deps, name))) return [market, NOTHING_TAKEN] as const;
      return [market, await takeAwayAll(deps, market)] as const;
    } catch (error) {
      deps.log.error('orders cannot be taken away', { market, why: wordsOf(error) });
      return [market, { found: 0, left: 1 }] as const;
    }
  });
  return Object.fromEntries(taken);
}

/** The table answers again: the next look tells who answers for the market. */
async function canRead(deps: WatchdogDeps, group: string): Promise<boolean> {
  try {
    await deps.leases.read(group);
    return true;
  } catch {
    return false;
  }
}

/**
 * Of the markets that no lease is there for, some at each look, all within two minutes, so that many
 * of them do not use up the allowance. What was struck off a lease may rest in one of them.
 */
function turnOf(stage: readonly WatchedMarket[], now: EpochMs): ReadonlySet<MarketId> {
  const idle = stage.flatMap(({ lease, market }) => (wasLeftInOrder(lease) ? [market] : []));
  const { leftInOrder, lookAgainMs } = WATCHDOG_BOUNDS;
  const share = Math.max(leftInOrder, Math.ceil(idle.length / LOOKS_IN_TWO_MINUTES));
  const first = (Math.floor(now / lookAgainMs) * share) % Math.max(1, idle.length);
  return new Set([...idle.slice(first), ...idle.slice(0, first)].slice(0, share));
}

const LOOKS_IN_TWO_MINUTES = 4;
