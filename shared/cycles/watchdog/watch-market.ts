import { wordsOf } from '../../domain/failure.ts';
import type { Halt } from '../../domain/trading/halt.ts';
import type { HedgeRecord } from '../../domain/trading/hedge.ts';
import { stopsTrading } from '../../domain/parameters/parameter-reading.ts';
import type { EpochMs } from '../../domain/units.ts';
import { answersFor } from './is-owned.ts';
import { judgeLosses } from './judge-losses.ts';
import type { Read, WatchedMarket } from './read-stage.ts';
import type { MarketFound, TakenAway } from './found.ts';
import { NOTHING_TAKEN, takeAwayAll, takeAwayUnowned } from './take-away.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps } from './watchdog-deps.ts';

/** One market, whatever is wrong with others. */
export async function watchMarket(
  deps: WatchdogDeps,
  watched: WatchedMarket,
  isLookedAt: boolean,
): Promise<MarketFound> {
  const { market, control, lease, askedAt } = watched;
  const isOwned = answersFor(lease, market, askedAt);
  const halt = await haltOf(deps, watched);
  const taken = await emptied(deps, watched, { isOwned, isLookedAt, halt });
  const isTraded =
    halt === undefined && (control === undefined || !stopsTrading(control.parameters));
  return {
    ...taken,
    isUnattended: isTraded && !isOwned && !(await isPaperAlone(deps, watched)),
    isUnseen: isTraded && isOwned && !wasSeen(watched),
    isHalted: halt !== undefined,
    isRefused: control?.parameters.kind === 'refused',
    isHedgeOverdue: isOverdue(watched.hedge, askedAt),
  };
}

/** Nobody may trade it: it is on paper, at a venue that is real or does not say. */
async function isPaperAlone(
  { venue, log }: Pick<WatchdogDeps, 'venue' | 'log'>,
  { market, control }: Pick<WatchedMarket, 'market' | 'control'>,
): Promise<boolean> {
  const parameters = control?.parameters;
  if (parameters?.kind !== 'accepted' || parameters.values.mode !== 'paper') return false;
  try {
    const spec = await venue.data.spec(market);
    return !spec.ok || !spec.value.simulated;
  } catch (error) {
    log.error('the venue does not say what the market is', { market, why: wordsOf(error) });
    return true;
  }
}

/** A judgement that fails leaves the orders to be looked at. */
async function haltOf(deps: WatchdogDeps, watched: WatchedMarket): Promise<Halt | undefined> {
  try {
    return await judgeLosses(deps, watched);
  } catch (error) {
    deps.log.error('the loss limits cannot be judged', {
      market: watched.market,
      why: wordsOf(error),
    });
    return watched.control?.halt;
  }
}

interface Situation {
  readonly isOwned: boolean;
  readonly isLookedAt: boolean;
  readonly halt: Halt | undefined;
}

async function emptied(
  deps: WatchdogDeps,
  watched: WatchedMarket,
  { isOwned, isLookedAt, halt }: Situation,
): Promise<TakenAway> {
  try {
    if (!isOwned) return isLookedAt ? await takeAwayUnowned(deps, watched) : NOTHING_TAKEN;
    if (halt === undefined || !isLongHalted(halt, deps.clock.now())) return NOTHING_TAKEN;
    return (await isHaltedStill(deps, watched))
      ? await takeAwayAll(deps, watched.market)
      : NOTHING_TAKEN;
  } catch (error) {
    deps.log.error('orders cannot be taken away', { market: watched.market, why: wordsOf(error) });
    return { found: 0, left: 1 };
  }
}

/** What was read a while ago may have been lifted; what takes long is left to the next look. */
async function isHaltedStill(
  { control, clock }: Pick<WatchdogDeps, 'control' | 'clock'>,
  { market }: Pick<WatchedMarket, 'market'>,
): Promise<boolean> {
  const askedAt = clock.now();
  const halt = (await control.read([market])).get(market)?.halt;
  return halt !== undefined && clock.now() - askedAt <= WATCHDOG_BOUNDS.freshMs;
}

/** One that a person wrote may have no time: its session has seen it long ago. */
const isLongHalted = ({ at }: Halt, now: EpochMs): boolean =>
  at === undefined || now - at > WATCHDOG_BOUNDS.haltedMs;

const wasSeen = ({ mark, askedAt }: Pick<WatchedMarket, 'mark' | 'askedAt'>): boolean =>
  mark !== undefined && askedAt - mark.at <= WATCHDOG_BOUNDS.unseenMs;

/** A row that cannot be read is worked off by nobody. */
const isOverdue = (hedge: Read<HedgeRecord | undefined>, at: EpochMs): boolean =>
  hedge.kind === 'unreadable' ||
  (hedge.value !== undefined &&
    hedge.value.status.kind !== 'done' &&
    at - hedge.value.intent.openedAt > WATCHDOG_BOUNDS.hedgeMs);
