import type { MarketEvent } from '../../domain/trading/market-event.ts';
import type { Refusals } from '../../domain/trading/session.ts';
import type { Side } from '../../domain/order/side.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { CommandResult } from '../../domain/venue/venue-answers.ts';
import { legsOf } from '../../domain/order/working-order.ts';
import { backOffMs, uniformOf } from '../../math/back-off.ts';
import { ordersAnswered } from '../../orders/lifecycle.ts';
import { mayArrive } from '../../orders/order-states.ts';
import { stillThere } from '../leave.ts';
import { count, type Output, say, type Turn, turn } from '../output.ts';
import { tellsOfTrades } from '../books/position.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { MarketState } from '../state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/** What became of a send: only a yes that was read is a yes. */
export function onSent(
  state: MarketState,
  { id, results }: Event<'sent'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  if (state.sending !== id) return turn(state);
  const orders = ordersAnswered(state.orders, results, rules.spec.lot, at);
  const placed = results.filter(({ outcome }) => rests(outcome)).length;
  const isUnknown = orders.working.some(
    (order) => mayArrive(order) && !state.orders.working.includes(order),
  );
  const failures = results.filter(({ outcome }) => isFailure(outcome));
  // A cancel may tell of a trade that neither list nor position will show any more.
  const isTold = tellsOfTrades(state.orders, orders, rules);
  const fillsWanted = state.sight.fillsWanted ?? (isTold ? at : undefined);
  return turn(
    {
      ...state,
      orders,
      sending: undefined,
      leaving: stillThere(state.leaving),
      sight: { ...afterAnswers(state, results, at, rules), answeredAt: at, fillsWanted },
      tally: {
        ...state.tally,
        quotesPlaced: state.tally.quotesPlaced + placed,
        lastUnknownAt: isUnknown ? at : state.tally.lastUnknownAt,
      },
    },
    ...failures.flatMap(described),
  );
}

type Outcome = CommandResult['outcome'];

/** A quote rests now that did not. */
const rests = ({ kind }: Outcome): boolean => kind === 'placed' || kind === 'modified';

const isFailure = ({ kind }: Outcome): boolean =>
  isRefused({ kind }) || kind === 'rate-limited' || kind === 'unknown' || kind === 'not-sent';

/** The venue did not take a quote. */
const isRefused = ({ kind }: Pick<Outcome, 'kind'>): boolean =>
  kind === 'refused' || kind === 'neither';

function described({ kind, id, outcome }: CommandResult): readonly Output[] {
  const metric = outcome.kind === 'unknown' ? 'OutcomeUnknown' : 'CommandRejected';
  return [say('warn', 'command failed', { command: kind, id, ...outcome }), count(metric)];
}

/**
 * The same refusal of every quote of a side backs off like failed looks (D5); a refusal of some,
 * like room that cancels have just made, is worth another look at once, and so is a modify that
 * found nothing to replace.
 */
function afterAnswers(
  { sight, orders }: MarketState,
  results: readonly CommandResult[],
  at: EpochMs,
  rules: Rules,
): MarketState['sight'] {
  const pausedTo = Math.max(
    ...results.map(({ outcome }) =>
      outcome.kind === 'rate-limited' ? at + outcome.retryAfterMs : 0,
    ),
    0,
  );
  const legs = orders.working.flatMap(legsOf);
  const sideOf = new Map(legs.map(({ clientId, side }) => [clientId, side]));
  const quotes = results.filter(({ kind }) => kind === 'place' || kind === 'modify');
  const ofSide = (side: Side): Refusals =>
    refusalsAfter(
      sight.refusals[side],
      quotes.filter(({ id }) => sideOf.get(id) === side).map(({ outcome }) => outcome),
      Math.max(pausedTo, at),
      { seed: `${rules.market} ${rules.fence} ${side} ${at}`, at },
    );
  const refusals = { buy: ofSide('buy'), sell: ofSide('sell') };
  const isMissing = quotes.some(({ outcome }) => isRefused(outcome) || outcome.kind === 'gone');
  const inRow = Math.max(refusals.buy.inRow, refusals.sell.inRow);
  const again = isMissing && inRow <= MARKET_BOUNDS.promptLooks;
  return { ...sight, refusals, lookAgain: sight.lookAgain || again };
}

function refusalsAfter(
  before: Refusals,
  outcomes: readonly Outcome[],
  pausedTo: number,
  { seed, at }: { readonly seed: string; readonly at: EpochMs },
): Refusals {
  const inRow = refusedInRow(before.inRow, outcomes);
  const beyond = inRow - MARKET_BOUNDS.promptLooks;
  const waitMs =
    outcomes.length > 0 && beyond > 0 ? backOffMs(beyond, uniformOf(seed), REFUSAL) : 0;
  return { inRow, placeFrom: epochMs(Math.max(before.placeFrom, pausedTo, at + waitMs)) };
}

/** What was not sent, has to wait or had no answer says nothing about whether quotes are taken. */
function refusedInRow(before: number, outcomes: readonly CommandResult['outcome'][]): number {
  if (outcomes.some(rests)) return 0;
  return outcomes.some(isRefused) ? before + 1 : before;
}

const REFUSAL = { baseMs: MARKET_BOUNDS.refusalBaseMs, maxMs: MARKET_BOUNDS.refusalMaxMs };
