import type { MarketSymbol } from '../../../domain/venue/market.ts';
import type { Side } from '../../../domain/order/side.ts';
import type { SimulatedOrder } from './resting-orders.ts';

export interface NewOrder {
  readonly market: MarketSymbol;
  readonly side: Side;
  /** Undefined: at any price (a market order; `timeInForce` must be IOC). */
  readonly price: number | undefined;
  /** Base units; rounded down to the lot. */
  readonly size: number;
  readonly timeInForce: 'GTC' | 'IOC';
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly clientId?: string | undefined;
}

export type RejectCode =
  | 'MARKET_NOT_FOUND'
  | 'MARKET_CLOSED'
  | 'INVALID_PRICE'
  | 'INVALID_SIZE'
  | 'SIZE_TOO_SMALL'
  | 'POST_ONLY_WOULD_CROSS'
  | 'REDUCE_ONLY_WOULD_INCREASE'
  | 'INSUFFICIENT_BALANCE'
  | 'DUPLICATE_CLIENT_ORDER_ID'
  | 'TOO_MANY_ORDERS';

export interface Rejection {
  readonly code: RejectCode;
  /** One line: what was wrong and what is allowed. */
  readonly reason: string;
}

/** What takes the place of an order: post-only, of its side, with a size of its own. */
export interface Replacement {
  readonly price: number;
  /** Base units; rounded down to the lot. */
  readonly size: number;
  readonly clientId?: string | undefined;
  /** At the same price and no larger than what was left it keeps the old one's place. */
  readonly shrinksInPlace: boolean;
}

export interface Modified extends Placed {
  /** The order that went. */
  readonly old: SimulatedOrder;
}

export type ModifyFailure =
  /** Nothing to replace, so nothing was placed. */
  | { readonly kind: 'not-open'; readonly order: SimulatedOrder | undefined }
  /** The new order is none: the old one stays. */
  | { readonly kind: 'refused'; readonly because: Rejection }
  /** The old order is cancelled and the new one was not accepted: neither rests. */
  | { readonly kind: 'neither'; readonly old: SimulatedOrder; readonly because: Rejection };

export interface Placed {
  readonly order: SimulatedOrder;
  /** Base units that traded at once. */
  readonly filledSize: number;
  /** Volume-weighted price of what traded at once. */
  readonly averagePrice: number | undefined;
}
