import type { MarketEvent } from '../domain/market-event.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import type { CommandResult } from '../domain/venue-answers.ts';
import { backOffMs, uniformOf } from '../math/back-off.ts';
import { ordersAnswered } from '../orders/lifecycle.ts';
import { stillThere } from './leave.ts';
import { count, type Output, say, type Turn, turn } from './output.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState } from './state.ts';

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
  const placed = results.filter(({ outcome }) => outcome.kind === 'placed').length;
  const isUnknown = orders.working.some(
    (order) => order.state === 'unknown' && !state.orders.working.includes(order),
  );
  const failures = results.filter(({ outcome }) => isFailure(outcome));
  return turn(
    {
      ...state,
      orders,
      sending: undefined,
      leaving: stillThere(state.leaving),
      sight: afterAnswers(state, results, at, rules),
      tally: {
        ...state.tally,
        quotesPlaced: state.tally.quotesPlaced + placed,
        lastUnknownAt: isUnknown ? at : state.tally.lastUnknownAt,
      },
    },
    ...failures.flatMap(described),
  );
}

const isFailure = ({ kind }: CommandResult['outcome']): boolean =>
  kind === 'refused' || kind === 'rate-limited' || kind === 'unknown' || kind === 'not-sent';

function described({ kind, id, outcome }: CommandResult): readonly Output[] {
  const metric = outcome.kind === 'unknown' ? 'OutcomeUnknown' : 'CommandRejected';
  return [say('warn', 'command failed', { command: kind, id, ...outcome }), count(metric)];
}

/**
 * The same refusal of every quote backs off like failed looks (D5); a refusal of some, like room
 * that cancels have just made, is worth another look at once.
 */
function afterAnswers(
  { sight }: MarketState,
  results: readonly CommandResult[],
  at: EpochMs,
  { market, fence }: Rules,
): MarketState['sight'] {
  const patience = results.map(({ outcome }) =>
    outcome.kind === 'rate-limited' ? at + outcome.retryAfterMs : 0,
  );
  const places = results.filter(({ kind }) => kind === 'place');
  const refused = places.filter(({ outcome }) => outcome.kind === 'refused');
  const allRefused = places.length > 0 && refused.length === places.length;
  const refusalsInRow = allRefused
    ? sight.refusalsInRow + 1
    : places.length > 0
      ? 0
      : sight.refusalsInRow;
  const waitMs =
    refusalsInRow > MARKET_BOUNDS.promptLooks
      ? backOffMs(
          refusalsInRow - MARKET_BOUNDS.promptLooks,
          uniformOf(`${market} ${fence} ${at}`),
          REFUSAL,
        )
      : 0;
  const placeFrom = epochMs(Math.max(sight.placeFrom, at + waitMs, ...patience));
  const again = refused.length > 0 && refusalsInRow <= MARKET_BOUNDS.promptLooks;
  return {
    ...sight,
    refusalsInRow,
    placeFrom,
    lookAgain: sight.lookAgain || again,
  };
}

const REFUSAL = { baseMs: MARKET_BOUNDS.refusalBaseMs, maxMs: MARKET_BOUNDS.refusalMaxMs };
