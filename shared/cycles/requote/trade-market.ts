import type { MarketId } from '../../domain/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { Remains } from '../../market/remains.ts';
import type { Tally } from '../../market/state.ts';
import { emptyMarket } from './empty-market.ts';
import { type GroupRequest, GROUP_BOUNDS } from './group-deps.ts';
import { nap } from './nap.ts';
import type { Shift } from './shift.ts';
import {
  type Desks,
  type Failed,
  type MarketEnding,
  NOTHING,
  type TradeDeps,
  tradeOnce,
} from './trade-once.ts';

export interface MarketShare {
  readonly ending: MarketEnding;
  readonly did: Pick<Tally, 'decisions' | 'quotesPlaced'> & { readonly fills: number };
}

/**
 * One market's share of a shift: recover, trade, leave. A market that throws is emptied and begun
 * again under the same lease, ever later; one that cannot be begun is emptied and given up.
 */
export async function tradeMarket(
  deps: TradeDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  desks: Desks,
): Promise<MarketShare> {
  let did = NOTHING;
  let waitMs: number = GROUP_BOUNDS.restartMs;
  for (;;) {
    const once = await tradeOnce(deps, shift, request, market, desks);
    did = plus(did, once.did);
    if (once.kind === 'ended')
      return { ending: await ended(deps, shift, request, market, once.ending), did };
    sayFailed(deps, market, once);
    const { venueIds, knownShownFrom } = once.remains;
    // Enough to begin again, as every start does; to be left alone takes a proof.
    const known = { venueIds, shownFrom: knownShownFrom };
    const isCleared = await emptied(deps, shift, request, market, known);
    const patience = waitMs;
    const goesOn = (): boolean => isCleared && mayBegin(once, shift, market, patience);
    await restWhile(goesOn, deps, shift, waitMs);
    const isLate = deps.clock.now() + GROUP_BOUNDS.restartMs > request.deadline;
    if (isLate || !goesOn() || !(await listedAgain(deps, shift, market))) {
      const empty =
        isCleared &&
        (shift.handedOver() || (await emptied(deps, shift, request, market, once.remains)));
      if (empty) shift.finish(market);
      return { ending: { kind: 'stood-aside', why: once.why, empty }, did };
    }
    waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.restartMaxMs);
  }
}

/** Nobody trades what the lease does not answer for: a successor would not wait for it. */
async function listedAgain(deps: TradeDeps, shift: Shift, market: MarketId): Promise<boolean> {
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
  deps: TradeDeps,
  shift: Shift,
  waitMs: number,
): Promise<void> {
  const restUntil = deps.clock.now() + waitMs;
  while (deps.clock.now() < restUntil && goesOn())
    await nap(deps, shift, restUntil - deps.clock.now());
}

/** What failed at the start is soon for the next invocation to try; what threw stays with this one. */
const mayBegin = (once: Failed, shift: Shift, market: MarketId, waitMs: number): boolean =>
  (once.kind === 'threw' || (once.kind === 'unready' && waitMs <= GROUP_BOUNDS.retryStartMs)) &&
  shift.leaving(market) === undefined &&
  isOurs(shift);

/** Whoever lost the group to nobody has left what rests to nobody. */
async function ended(
  deps: TradeDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  ending: MarketEnding,
): Promise<MarketEnding> {
  if (ending.kind === 'left') shift.finish(market);
  if (ending.kind === 'cut' && shift.lostTo() === 'nobody') {
    const { clock, log, venue } = deps;
    const until = epochMs(clock.now() + GROUP_BOUNDS.restartMs);
    await emptyMarket(
      { clock, log, execution: venue.execution },
      {
        market,
        deployment: request.deployment,
        ...ending.remains,
        until,
        goesOn: () => true,
        wait: clock.sleep,
      },
    );
  }
  return ending;
}

/**
 * A market that is not seen empty within a minute of when it could be is struck off the lease, and
 * tried on until somebody takes over, whose it is then.
 */
async function emptied(
  { clock, log, venue: { execution } }: TradeDeps,
  shift: Shift,
  { deployment, giveUpAt }: GroupRequest,
  market: MarketId,
  { venueIds, shownFrom }: Omit<Remains, 'knownShownFrom'>,
): Promise<boolean> {
  // Whoever has taken it over may quote there already.
  if (shift.lostTo() === 'an heir') return false;
  const deps = { clock, log, execution };
  const goesOn = (): boolean => shift.lease() !== undefined && !shift.handedOver();
  const wait = (ms: number): Promise<void> => nap(deps, shift, ms);
  const emptying = { market, deployment, venueIds, shownFrom, goesOn, wait };
  const provenFrom = Math.max(clock.now(), shownFrom);
  const soon = epochMs(Math.min(giveUpAt, provenFrom + GROUP_BOUNDS.strikeAfterMs));
  if (await emptyMarket(deps, { ...emptying, until: soon })) return true;
  log.error('the market is not seen empty: it is struck off the lease', { market });
  shift.strike(market);
  return emptyMarket(deps, { ...emptying, until: giveUpAt });
}

function sayFailed(deps: TradeDeps, market: MarketId, { why, fields }: Failed): void {
  deps.log.error(why, { market, ...fields });
  deps.metrics(market).add('SessionFailed', 'Count', 1);
  deps.metrics(market).flush();
}

const plus = (a: typeof NOTHING, b: typeof NOTHING): typeof NOTHING => ({
  decisions: a.decisions + b.decisions,
  quotesPlaced: a.quotesPlaced + b.quotesPlaced,
  fills: a.fills + b.fills,
});
