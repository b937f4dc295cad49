import type { EpochMs } from '../../domain/units.ts';
import type { Tally } from '../../market/state.ts';
import { clearMarket, clearOrphans } from './clear-market.ts';
import { GROUP_BOUNDS } from './group-deps.ts';
import type { MarketShift } from './market-shift.ts';
import { nap } from './nap.ts';
import type { Shift } from './shift.ts';
import { type Failed, type MarketEnding, NOTHING, tradeOnce } from './trade-once.ts';

export interface MarketShare {
  readonly ending: MarketEnding;
  readonly did: Pick<Tally, 'decisions' | 'quotesPlaced'> & { readonly fills: number };
}

/**
 * One market's share of a shift: recover, trade, leave. A market that throws is emptied and begun
 * again under the same lease, ever later; one that cannot be begun is emptied and given up.
 */
export async function tradeMarket(at: MarketShift): Promise<MarketShare> {
  let did = NOTHING;
  let waitMs: number = GROUP_BOUNDS.restartMs;
  let shownFrom: EpochMs | undefined;
  for (;;) {
    const once = await tradeOnce(at, shownFrom);
    did = plus(did, once.did);
    if (once.kind === 'ended') return { ending: await ended(at, once.ending), did };
    const ending = await failed(at, once, waitMs);
    if (ending !== 'again') return { ending, did };
    ({ shownFrom } = once.remains);
    waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.restartMaxMs);
  }
}

/** Emptied, it is begun again after a while, or given up. */
async function failed(
  at: MarketShift,
  once: Failed,
  waitMs: number,
): Promise<MarketEnding | 'again'> {
  const { deps, shift, request, market } = at;
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

/** Nobody trades what the lease does not answer for: a successor would not wait for it. */
async function listedAgain({ deps, shift, market }: MarketShift): Promise<boolean> {
  shift.putBack(market);
  while (!shift.isListed(market) && isOurs(shift))
    await nap(deps, shift, GROUP_BOUNDS.storeRetryMaxMs);
  return isOurs(shift);
}

const isOurs = (shift: Shift): boolean =>
  shift.lease() !== undefined && !shift.over() && !shift.handedOver();

/** No longer than there is a reason to. */
async function restWhile(
  goesOn: () => boolean,
  { deps, shift }: MarketShift,
  waitMs: number,
): Promise<void> {
  const restUntil = deps.clock.now() + waitMs;
  while (deps.clock.now() < restUntil && goesOn())
    await nap(deps, shift, restUntil - deps.clock.now());
}

/** What failed at the start is soon for the next invocation to try; what threw stays with this one. */
const mayBegin = ({ shift, market }: MarketShift, once: Failed, waitMs: number): boolean =>
  (once.kind === 'threw' || (once.kind === 'unready' && waitMs <= GROUP_BOUNDS.retryStartMs)) &&
  shift.leaving(market) === undefined &&
  isOurs(shift);

/** Whoever lost the group to nobody has left what rests to nobody. */
async function ended(at: MarketShift, ending: MarketEnding): Promise<MarketEnding> {
  const { shift, market } = at;
  if (ending.kind === 'left') shift.finish(market);
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
