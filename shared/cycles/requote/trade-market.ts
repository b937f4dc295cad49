import type { Tally } from '../../market/state.ts';
import { clearMarket, clearOrphans } from './clear-market.ts';
import { GROUP_BOUNDS } from './bounds.ts';
import { mayTradeAgain } from './idle-market.ts';
import { isOurs, type MarketShift } from './market-shift.ts';
import { nap, restWhile } from './nap.ts';
import type { EarlierTries } from './recover-market.ts';
import { type Failed, type MarketEnding, NOTHING, type Once, tradeOnce } from './trade-once.ts';

export interface MarketShare {
  readonly ending: MarketEnding;
  readonly did: Pick<Tally, 'decisions' | 'quotesPlaced'> & { readonly fills: number };
}

/**
 * One market's share of a shift: recover, trade, leave. A market that throws is emptied and begun
 * again under the same lease, ever later; one that may not be traded, or cannot be begun, is begun
 * again when it can be, for as long as others of the group are at work; one that another group
 * still trades is waited for.
 */
export async function tradeMarket(at: MarketShift): Promise<MarketShare> {
  let did = NOTHING;
  let waitMs: number = GROUP_BOUNDS.restartMs;
  let earlier: EarlierTries = { shownFrom: undefined, lastFact: 0 };
  for (;;) {
    const once = await tradeOnce(at, earlier);
    did = plus(did, once.did);
    if (once.kind === 'ended' && once.did.decisions > 0) waitMs = GROUP_BOUNDS.restartMs;
    const ending =
      once.kind === 'ended' ? await ended(at, once.ending) : await failed(at, once, waitMs);
    if (ending !== 'again' && !(await isResumed(at, ending, waitMs))) return { ending, did };
    earlier = whatWasDone(earlier, once);
    if (once.kind !== 'elsewhere') waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.restartMaxMs);
  }
}

/** One that ended in order left a session with all that it did; so does another group. */
const whatWasDone = (before: EarlierTries, once: Once): EarlierTries =>
  once.kind === 'ended' || once.kind === 'elsewhere'
    ? { ...before, shownFrom: undefined }
    : { shownFrom: once.remains.shownFrom, lastFact: once.lastFact };

/** Whether it is to be begun again, after it needed nobody for a while. */
async function isResumed(at: MarketShift, ending: MarketEnding, waitMs: number): Promise<boolean> {
  if (!isIdle(ending)) return false;
  if (!(await mayTradeAgain(at, waitMs)) || !(await listedAgain(at))) return false;
  at.shift.resume(at.market);
  return true;
}

/** What is not durable, or may rest, is for the next start to read. */
function isIdle(ending: MarketEnding): boolean {
  switch (ending.kind) {
    case 'left':
      return ending.how === 'stop' && ending.kept;
    case 'stood-aside':
      return ending.empty;
    case 'lost':
    case 'cut':
      return false;
  }
}

/** Emptied, it is begun again after a while, or given up. */
async function failed(
  at: MarketShift,
  once: Failed,
  waitMs: number,
): Promise<MarketEnding | 'again'> {
  const { deps, shift, request, market } = at;
  if (once.kind === 'elsewhere') return awaited(at, once);
  sayFailed(at, once);
  const { venueIds, knownShownFrom } = once.remains;
  // Enough to begin again, as every start does; to be left alone takes a proof.
  const isCleared = await clearMarket(at, { venueIds, shownFrom: knownShownFrom });
  const goesOn = (): boolean => isCleared && mayBegin(at, once, waitMs);
  await restWhile(goesOn, at, waitMs);
  const isLate = deps.clock.now() + GROUP_BOUNDS.restartMs > request.deadline;
  if (!isLate && goesOn() && (await listedAgain(at))) return 'again';
  const empty = isCleared && (shift.handedOver() || (await clearMarket(at, once.remains)));
  if (empty) shift.finish(market);
  return { kind: 'stood-aside', why: once.why, empty };
}

/** What is another group's is not ours to empty. */
async function awaited(at: MarketShift, once: Failed): Promise<MarketEnding | 'again'> {
  const { deps, shift, request, market } = at;
  deps.log.info(once.why, { market });
  const goesOn = (): boolean => mayBegin(at, once, GROUP_BOUNDS.restartMs);
  await restWhile(goesOn, at, GROUP_BOUNDS.restartMs);
  if (deps.clock.now() + GROUP_BOUNDS.restartMs <= request.deadline && goesOn()) return 'again';
  shift.finish(market);
  return { kind: 'stood-aside', why: once.why, empty: true };
}

/** Nobody trades what the lease does not answer for: a successor would not wait for it. */
async function listedAgain({ deps, shift, market }: MarketShift): Promise<boolean> {
  shift.putBack(market);
  while (!shift.isListed(market) && isOurs(shift))
    await nap(deps, shift, GROUP_BOUNDS.storeRetryMaxMs);
  return isOurs(shift);
}

/**
 * What failed at the start is soon for the next invocation to try; what threw stays with this one.
 */
const mayBegin = ({ shift, market }: MarketShift, once: Failed, waitMs: number): boolean =>
  (once.kind === 'threw' ||
    once.kind === 'elsewhere' ||
    (once.kind === 'unready' && waitMs <= GROUP_BOUNDS.retryStartMs)) &&
  shift.leaving(market) === undefined &&
  isOurs(shift);

/** Whoever lost the group to nobody has left what rests to nobody. */
async function ended(at: MarketShift, ending: MarketEnding): Promise<MarketEnding> {
  const { shift, market } = at;
  if (ending.kind === 'left') shift.finish(market);
  if (ending.kind === 'cut' && shift.lostTo() === 'an heir') return { kind: 'lost' };
  if (ending.kind === 'cut' && shift.lostTo() === 'nobody') await clearOrphans(at, ending.remains);
  return ending;
}

function sayFailed({ deps, market }: MarketShift, { why, fields }: Failed): void {
  deps.log.error(why, { market, ...fields });
  deps.metrics(market).add('SessionFailed', 'Count', 1);
  deps.metrics(market).flush();
}

const plus = (a: typeof NOTHING, b: typeof NOTHING): typeof NOTHING => ({
  decisions: a.decisions + b.decisions,
  quotesPlaced: a.quotesPlaced + b.quotesPlaced,
  fills: a.fills + b.fills,
});
