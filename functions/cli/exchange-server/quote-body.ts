import * as z from 'zod';
import { done, failed, type Outcome } from '#shared/domain/failure.ts';
import type { Pair, PairSide } from '#shared/simulator/purple-flea/quote-pair.ts';
import { aboveZero, clientOrderId, flag, oneOf, text } from './fields.ts';

/** POST /v1/mm/quote in both forms of the vendor's pages. Sizes are USD. */
export const quoteBody = z.object({
  symbol: text,
  bid_price: aboveZero.optional(),
  bid_size: aboveZero.optional(),
  ask_price: aboveZero.optional(),
  ask_size: aboveZero.optional(),
  bid: aboveZero.optional(),
  ask: aboveZero.optional(),
  size: aboveZero.optional(),
  bid_client_order_id: clientOrderId.optional(),
  ask_client_order_id: clientOrderId.optional(),
  time_in_force: oneOf('GTC').optional(),
  post_only: flag.default(true),
  auto_refresh: flag.default(false),
  max_inventory_usd: aboveZero.optional(),
  max_spread_bps: aboveZero.optional(),
  auto_hedge_threshold_usd: aboveZero.optional(),
  session_stop_loss_usd: aboveZero.optional(),
});
export type QuoteBody = z.infer<typeof quoteBody>;

/** One or two sides in one of the forms, bid below ask. The failure says what is allowed. */
export function pairOf(body: QuoteBody): Outcome<Pair, string> {
  const incomplete = mixedForms(body) ?? halfGiven(body, 'bid') ?? halfGiven(body, 'ask');
  if (incomplete !== undefined) return failed(incomplete);
  const pair = { buy: sideOf(body, 'bid'), sell: sideOf(body, 'ask') };
  if (pair.buy === undefined && pair.sell === undefined) {
    return failed(
      'neither side is given; allowed: bid_price with bid_size, ask_price with ask_size, or bid, ask and size',
    );
  }
  if (pair.buy !== undefined && pair.sell !== undefined && pair.buy.price >= pair.sell.price) {
    return failed(
      `the pair is crossed: bid is ${pair.buy.price}, ask is ${pair.sell.price}; allowed: bid below ask`,
    );
  }
  return done(pair);
}

function mixedForms({
  bid,
  ask,
  size,
  bid_price,
  bid_size,
  ask_price,
  ask_size,
}: QuoteBody): string | undefined {
  const given = (...fields: readonly (number | undefined)[]): boolean =>
    fields.some((field) => field !== undefined);
  if (!given(bid, ask, size) || !given(bid_price, bid_size, ask_price, ask_size)) return undefined;
  return 'bid, ask and size do not go with bid_price, bid_size, ask_price and ask_size; allowed: one form or the other';
}

type SideName = 'bid' | 'ask';

/**
 * A price without its size, or a size without its price, is a mistake rather than a side left out.
 */
function halfGiven(body: QuoteBody, name: SideName): string | undefined {
  if (body[name] !== undefined && body.size === undefined)
    return 'size is missing; allowed: above zero';
  const [price, size] = [body[`${name}_price`], body[`${name}_size`]];
  if ((price === undefined) === (size === undefined)) return undefined;
  return `${name}_${price === undefined ? 'price' : 'size'} is missing; allowed: above zero, or neither price nor size of this side`;
}

function sideOf(body: QuoteBody, name: SideName): PairSide | undefined {
  const price = body[`${name}_price`] ?? body[name];
  const sizeUsd = body[`${name}_size`] ?? body.size;
  return price === undefined || sizeUsd === undefined
    ? undefined
    : { price, sizeUsd, clientId: body[`${name}_client_order_id`] };
}
