import { failed, type Outcome } from '../../domain/failure.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import {
  commandId,
  type OrderCommand,
  type PlaceQuote,
  type ReducePosition,
} from '../../domain/order/order.ts';
import { pairQuotes } from '../../domain/order/pair-quotes.ts';
import { reducingSide } from '../../domain/order/side.ts';
import { price, size } from '../../domain/units.ts';
import type { CommandOutcome, CommandResult } from '../../domain/venue/venue-answers.ts';
import type { ModifyAbility } from '../../domain/venue/venue-abilities.ts';
import type { Placed } from '../../simulator/exchange/matching/order-entry.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import { shareOf } from '../../simulator/purple-flea/hedge-share.ts';
import {
  outwardPrice,
  type PairSide,
  type PlacedPair,
  placePair,
} from '../../simulator/purple-flea/quote-pair.ts';
import type { LineToExchange } from './line-to-exchange.ts';
import { modifyOne } from './modify-quote.ts';
import { filledOf, gone, noMarket, type Refusal, refusedNow } from './outcomes.ts';

/**
 * The commands of one round trip, as they arrive: a cancel, a modify, a pair of quotes, a single
 * one and a reduction are one request each. What the allowance does not cover is not done.
 */
export function carryOut(
  line: LineToExchange,
  commands: readonly OrderCommand[],
  ability: ModifyAbility,
): readonly CommandResult[] {
  const cancels = commands.filter((command) => command.kind === 'cancel');
  const modifies = commands.filter((command) => command.kind === 'modify');
  const places = commands.filter((command) => command.kind === 'place');
  const reduces = commands.filter((command) => command.kind === 'reduce');
  return [
    ...cancelled(
      line,
      cancels.map(({ venueId }) => venueId),
    ),
    ...modifies.map((modify) => resultOf(modify, modifyOne(line, modify, ability))),
    ...pairQuotes(places).flatMap((group) =>
      group.kind === 'pair'
        ? placeBoth(line, group.bid, group.ask)
        : [resultOf(group.quote, refusedNow(line) ?? placeOne(line, group.quote))],
    ),
    ...reduces.map((reduce) => resultOf(reduce, reducePosition(line, reduce))),
  ];
}

/** One request each. */
export const cancelled = (
  line: LineToExchange,
  venueIds: readonly string[],
): readonly CommandResult[] =>
  venueIds.map((id) => ({
    id,
    kind: 'cancel',
    outcome: refusedNow(line) ?? cancelOne(line, id),
  }));

/** `why`: what happened before they could leave. */
export const notSent = (commands: readonly OrderCommand[], why: string): readonly CommandResult[] =>
  commands.map((command) => resultOf(command, { kind: 'not-sent', why }));

const resultOf = (command: OrderCommand, outcome: CommandOutcome): CommandResult => ({
  id: commandId(command),
  kind: command.kind,
  outcome,
});

function cancelOne(line: LineToExchange, venueId: string): CommandOutcome {
  const { exchange, accountKey } = line;
  const done = exchange.cancel(accountKey, venueId);
  if (done.ok) return { kind: 'cancelled', filled: filledOf(line, done.value) };
  return gone(line, exchange.order(accountKey, venueId));
}

function placeBoth(
  line: LineToExchange,
  bid: PlaceQuote,
  ask: PlaceQuote,
): readonly CommandResult[] {
  const limited = refusedNow(line);
  if (limited !== undefined) return [resultOf(bid, limited), resultOf(ask, limited)];
  const placed = pairAt(line, bid, ask);
  const outcome = (side: 'buy' | 'sell'): CommandOutcome => {
    if (!placed.ok) return { kind: 'refused', ...placed.failure };
    const one = placed.value[side];
    return one === undefined ? NOT_PLACED : rests(one);
  };
  return [resultOf(bid, outcome('buy')), resultOf(ask, outcome('sell'))];
}

const NOT_PLACED: CommandOutcome = {
  kind: 'refused',
  code: 'not-placed',
  reason: 'the exchange did not place this side',
};

function pairAt(
  { exchange, accountKey }: LineToExchange,
  bid: PlaceQuote,
  ask: PlaceQuote,
): Outcome<PlacedPair, Refusal> {
  const market = exchange.market(symbolOf(bid.market));
  if (market === undefined) return failed(noMarket(symbolOf(bid.market)));
  if (bid.price >= ask.price || bid.size === 0 || ask.size === 0)
    return failed(
      badRequest(`bid ${bid.size} at ${bid.price} and ask ${ask.size} at ${ask.price}`),
    );
  const pair = { buy: pairSide(bid), sell: pairSide(ask) };
  return placePair(exchange, accountKey, market, pair, true);
}

const pairSide = (quote: PlaceQuote): PairSide => ({
  price: quote.price,
  sizeUsd: quote.size * quote.price,
  clientId: quote.clientId,
});

/** What the face of the exchange refuses before it looks at a market. */
const badRequest = (what: string): Refusal => ({
  code: 'INVALID_REQUEST',
  reason: `${what}; allowed: sizes above zero, bid below ask`,
});

const rests = ({ order, filledSize }: Placed): CommandOutcome => ({
  kind: 'placed',
  venueId: order.id,
  filled: size(filledSize),
});

function placeOne({ exchange, accountKey }: LineToExchange, quote: PlaceQuote): CommandOutcome {
  const market = exchange.market(symbolOf(quote.market));
  if (market === undefined) return { kind: 'refused', ...noMarket(symbolOf(quote.market)) };
  if (quote.size === 0) return { kind: 'refused', ...badRequest('a size of zero') };
  const placed = exchange.place(accountKey, {
    market: symbolOf(quote.market),
    side: quote.side,
    clientId: quote.clientId,
    price: outwardPrice(market.feed.spec, quote.side, quote.price),
    size: quote.size,
    timeInForce: 'GTC',
    postOnly: true,
    reduceOnly: false,
  });
  return placed.ok ? rests(placed.value) : { kind: 'refused', ...placed.failure };
}

function reducePosition(line: LineToExchange, reduce: ReducePosition): CommandOutcome {
  if (reduce.size === 0 || reduce.positionSize === 0)
    return { kind: 'not-sent', why: 'the size or the position is zero' };
  const limited = refusedNow(line);
  if (limited !== undefined) return limited;
  const market = line.exchange.market(symbolOf(reduce.market));
  return market === undefined
    ? { kind: 'refused', ...noMarket(symbolOf(reduce.market)) }
    : reduceAt(line, market, reduce);
}

/** A share of what is held now, as the vendor has it: never more than all of it. */
function reduceAt(
  { exchange, accountKey }: LineToExchange,
  { feed: { spec } }: SimulatedMarket,
  reduce: ReducePosition,
): CommandOutcome {
  const { symbol } = spec;
  const held = exchange.account(accountKey).holding(symbol).position.size;
  if (held === 0) return refused('NOTHING_TO_HEDGE', `there is no position in ${symbol}`);
  const side = reducingSide(held);
  const placed = exchange.place(accountKey, {
    market: symbol,
    side,
    size: shareOf(spec, held, Math.min(1, reduce.size / reduce.positionSize)),
    price: outwardPrice(spec, side, reduce.limitPrice),
    timeInForce: 'IOC',
    postOnly: false,
    reduceOnly: true,
    clientId: reduce.clientId,
  });
  if (!placed.ok) return { kind: 'refused', ...placed.failure };
  const { averagePrice, filledSize } = placed.value;
  return averagePrice === undefined
    ? refused('NO_LIQUIDITY', `nobody in ${symbol} would trade at ${reduce.limitPrice} or better`)
    : { kind: 'reduced', averagePrice: price(averagePrice), reduced: size(filledSize) };
}

const refused = (code: string, reason: string): CommandOutcome => ({
  kind: 'refused',
  code,
  reason,
});
