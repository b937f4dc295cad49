import type { MarketSymbol } from '../../../domain/market.ts';
import type { Side } from '../../../domain/side.ts';
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

export interface Placed {
  readonly order: SimulatedOrder;
  /** Base units that traded at once. */
  readonly filledSize: number;
  /** Volume-weighted price of what traded at once. */
  readonly averagePrice: number | undefined;
}
