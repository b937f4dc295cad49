import { symbolOf } from '../../domain/venue/market-id.ts';
import type { PlaceQuote, ReducePosition } from '../../domain/order/order.ts';
import type { Price, Size } from '../../domain/units.ts';

/** S1's guardrails, kept by the server beside ours. */
export interface ServerGuardrails {
  /** At this inventory the venue quotes only the reducing side. USD. */
  readonly maxInventoryUsd?: number;
  /** The venue pauses quoting while the market's own spread is wider. */
  readonly maxSpreadBps?: number;
}

/**
 * A size as the venue takes it. The product is off by less than one part in 1e15, so that usd /
 * price / lot is within 1e-6 of the whole number of lots it was made from, up to a billion lots.
 */
export const usdNotional = (size: Size, price: Price): number => size * price;

/** POST /v1/mm/quote, S1's form. */
export function quoteBody(bid: PlaceQuote, ask: PlaceQuote, guardrails: ServerGuardrails): object {
  return {
    symbol: symbolOf(bid.market),
    bid_price: bid.price,
    bid_size: usdNotional(bid.size, bid.price),
    ask_price: ask.price,
    ask_size: usdNotional(ask.size, ask.price),
    time_in_force: 'GTC',
    post_only: true,
    auto_refresh: false,
    bid_client_order_id: bid.clientId,
    ask_client_order_id: ask.clientId,
    ...(guardrails.maxInventoryUsd === undefined
      ? {}
      : { max_inventory_usd: guardrails.maxInventoryUsd }),
    ...(guardrails.maxSpreadBps === undefined ? {} : { max_spread_bps: guardrails.maxSpreadBps }),
  };
}

/** POST /api/orders: the vendor's way to send one side. */
export function orderBody(quote: PlaceQuote): object {
  return {
    market: symbolOf(quote.market),
    side: quote.side === 'buy' ? 'long' : 'short',
    size: usdNotional(quote.size, quote.price),
    type: 'limit',
    price: quote.price,
    post_only: true,
    client_order_id: quote.clientId,
  };
}

/**
 * POST /v1/mm/hedge: a share of the position the venue sees, so never more than all of it.
 * Undefined when there is nothing to reduce.
 */
export function hedgeBody(reduce: ReducePosition): object | undefined {
  if (reduce.size === 0 || reduce.positionSize === 0) return undefined;
  return {
    symbol: symbolOf(reduce.market),
    hedge_pct: Math.min(1, reduce.size / reduce.positionSize),
    client_order_id: reduce.clientId,
    limit_price: reduce.limitPrice,
    reduce_only: true,
  };
}
