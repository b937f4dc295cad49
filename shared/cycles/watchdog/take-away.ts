import { describeFailure } from '../../domain/failure.ts';
import { isQuoteOf } from '../../domain/order/client-order-id.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { TakenAway } from './found.ts';
import { isOwnedAfterAll } from './is-owned.ts';
import { type WatchedMarket, wasLeftInOrder } from './read-stage.ts';
import { lastKnownOf, mayHideOrders } from './last-known.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps } from './watchdog-deps.ts';

export const NOTHING_TAKEN: TakenAway = { found: 0, left: 0 };
const UNPROVEN: TakenAway = { found: 0, left: 1 };

/**
 * Cancels our quotes in a market that nobody answers for, if that is still so. A list that cannot
 * be had is a reason to try, and the next look sees whether they are gone.
 */
export async function takeAwayUnowned(
  deps: WatchdogDeps,
  watched: Pick<WatchedMarket, 'market' | 'group' | 'lease' | 'mark'>,
): Promise<TakenAway> {
  const { market, group } = watched;
  const listed = await listOurs(deps, market);
  const mayHide = mayHideOrders(deps, watched);
  if (isProvenEmpty(listed) && !mayHide) return NOTHING_TAKEN;
  const last = await lastKnownOf(deps, market);
  const hidden = mayHide ? last.venueIds : [];
  if (isProvenEmpty(listed) && hidden.length === 0) return NOTHING_TAKEN;
  // Nobody knows which group has it: one that marked it just now is alive.
  if (last.group === undefined && isYoung(deps, watched.mark)) return UNPROVEN;
  const groups = last.group === undefined ? [group] : [group, last.group];
  if (await isOwnedAfterAll(deps, market, groups)) return NOTHING_TAKEN;
  const taken = await cancelOurs(deps, market, listed.ids, hidden);
  // What was left in order and cannot be listed is no news.
  return wasLeftInOrder(watched.lease) && taken.found === 0 ? NOTHING_TAKEN : taken;
}

const isYoung = ({ clock }: Pick<WatchdogDeps, 'clock'>, mark: WatchedMarket['mark']): boolean =>
  mark !== undefined && clock.now() - mark.at <= WATCHDOG_BOUNDS.markMs;

/** Cancels our quotes whoever answers for them: it is halted, or nobody can prove that he does. */
export async function takeAwayAll(deps: WatchdogDeps, market: MarketId): Promise<TakenAway> {
  const listed = await listOurs(deps, market);
  return isProvenEmpty(listed) ? NOTHING_TAKEN : cancelOurs(deps, market, listed.ids, []);
}

interface ListedOurs {
  readonly ids: readonly string[];
  /** Nothing was left out, as far as the list says. */
  readonly isWhole: boolean;
}

const isProvenEmpty = ({ ids, isWhole }: ListedOurs): boolean => isWhole && ids.length === 0;

async function listOurs(deps: WatchdogDeps, market: MarketId): Promise<ListedOurs> {
  const listed = await deps.venue.execution.orders(market);
  if (listed.ok)
    return { ids: oursAmong(deps, market, listed.value.orders), isWhole: listed.value.complete };
  deps.log.warn('orders cannot be listed', { market, why: describeFailure(listed.failure) });
  return { ids: [], isWhole: false };
}

/** Where the venue brings no ids of ours back, nobody can tell them from a person's. */
const oursAmong = (
  { venue, deployment }: Pick<WatchdogDeps, 'venue' | 'deployment'>,
  market: MarketId,
  orders: readonly OpenOrder[],
): readonly string[] =>
  orders
    .filter(
      ({ clientId }) =>
        !venue.execution.can.ids || isQuoteOf(deployment)(clientId, symbolOf(market)),
    )
    .map(({ venueId }) => venueId);

async function cancelOurs(
  { venue, log }: WatchdogDeps,
  market: MarketId,
  listed: readonly string[],
  hidden: readonly string[],
): Promise<TakenAway> {
  const { results, failure } = await venue.execution.cancelOurs(market, [
    ...new Set([...listed, ...hidden]),
  ]);
  const ended = results.filter(({ outcome }) => ENDED.has(outcome.kind)).length;
  const left = results.length - ended + (failure === undefined ? 0 : 1);
  const why = failure === undefined ? {} : { why: describeFailure(failure) };
  log.warn('orders that nobody answers for are cancelled', {
    market,
    listed: listed.length,
    ended,
    left,
    ...why,
  });
  return { found: listed.length, left };
}

const ENDED: ReadonlySet<string> = new Set(['cancelled', 'gone']);
