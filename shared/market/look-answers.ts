import type { MarketEvent } from '../domain/market-event.ts';
import { symbolOf } from '../domain/market-id.ts';
import type { OpenOrder } from '../domain/order.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import { legsOf, type Orders } from '../domain/working-order.ts';
import { deadForgotten } from '../orders/lifecycle.ts';
import { isMissing, ordersListed } from '../orders/listed-orders.ts';
import { isCalled } from '../orders/order-states.ts';
import { lookFailed } from './look-failed.ts';
import { askFills } from './history-answers.ts';
import { newest } from './newest.ts';
import { stillThere } from './leave.ts';
import { count, say, onward, type Turn, turn } from './output.ts';
import { positionReported } from './position.ts';
import { deadMemoryMs } from './room-to-place.ts';
import type { Rules } from './rules.ts';
import type { BookAnswer, Look, MarketState, Sight } from './state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/** A picture of the market. One nobody should quote on is an answer, too: nothing may rest then. */
export function onBook(
  state: MarketState,
  { askedAt, answer }: Event<'book'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const { look } = state.sight;
  // Asked when it was carried out: at the look, or a moment after it.
  if (look === undefined || askedAt < look.askedAt) return turn(state);
  if (!answer.ok) return lookFailed(state, answer.failure, at, rules);
  const { book, trades, requestsLeftRatio, clockSkewMs } = answer.value;
  const seen: BookAnswer = book.ok
    ? { kind: 'book', book: book.value, clockSkewMs }
    : { kind: 'none', why: book.failure };
  const { newTrades } = state.sight;
  return turn({
    ...state,
    sight: {
      ...state.sight,
      look: { ...look, book: seen },
      newTrades: trades === undefined ? newTrades : newest(newTrades ?? [], trades),
      requestsLeftRatio: leastLeft(state.sight, look, requestsLeftRatio),
    },
  });
}

/** Of the answers of one look, whichever comes first. */
const leastLeft = (sight: Sight, look: Look, ratio: number): number =>
  look.book === undefined && !look.account ? ratio : Math.min(ratio, sight.requestsLeftRatio);

/** What is held and what rests: as of when it was asked for, and proof of nothing later. */
export function onAccount(
  state: MarketState,
  { askedAt, answer }: Event<'account'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const { look } = state.sight;
  // Asked when it was carried out: at the look, or a moment after it.
  if (look === undefined || askedAt < look.askedAt) return turn(state);
  if (!answer.ok) return lookFailed(state, answer.failure, at, rules);
  const { orders, complete, position, requestsLeftRatio } = answer.value;
  const { deployment, fence, market, abilities, spec } = rules;
  const listed = ordersListed(
    state.orders,
    { orders, complete, askedAt, heardAt: at },
    { deployment, fence, symbol: symbolOf(market) },
    abilities,
    spec.lot,
  );
  const withOrders: MarketState = {
    ...state,
    orders: deadForgotten(listed.orders, epochMs(Math.max(0, at - deadMemoryMs(abilities)))),
  };
  const reported = positionReported(withOrders, position, askedAt, rules);
  const next: MarketState = {
    ...withOrders,
    leaving: showsOurs(listed.orders, orders) ? stillThere(state.leaving) : state.leaving,
    sight: {
      ...state.sight,
      look: { ...look, account: true },
      position: reported,
      listedAt: complete ? askedAt : state.sight.listedAt,
      requestsLeftRatio: leastLeft(state.sight, look, requestsLeftRatio),
    },
  };
  const odd = listed.odd.map((what) => say('warn', 'odd order', { what }));
  const noted = turn(next, ...odd, ...(odd.length === 0 ? [] : [count('OddOrder', odd.length)]));
  const heard = onward(noted, foreignSaid);
  const ask = listed.changed || listed.orders.working.some(isMissing);
  const isWanted = ask || state.sight.fillsWanted !== undefined;
  return isWanted || reported.kind !== 'agreed'
    ? onward(heard, (seen) => askFills(seen, at, rules))
    : heard;
}

/** Orders of somebody else's on our account are counted, never cancelled, and said once (B6). */
function foreignSaid(state: MarketState): Turn {
  const { orders, tally } = state;
  const owners = new Set(
    orders.working.flatMap((one) => (one.state === 'foreign' ? [one.of] : [])),
  );
  const fresh = [...owners].filter((of) => !tally.foreignSaid.includes(of));
  if (fresh.length === 0) return turn(state);
  const said = { ...tally, foreignSaid: [...tally.foreignSaid, ...fresh] };
  return turn(
    { ...state, tally: said },
    ...fresh.map((of) => say('warn', 'orders on our account are not ours', { of })),
    count('OddOrder', fresh.length),
  );
}

/** Whether the list shows an order that is ours to see gone. */
const showsOurs = ({ working }: Orders, listed: readonly OpenOrder[]): boolean =>
  working
    .filter(({ state }) => state !== 'foreign')
    .flatMap(legsOf)
    .some((leg) => listed.some(({ venueId }) => isCalled(leg, venueId)));
