import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RejectCode, Rejection } from '#shared/simulator/exchange/matching/order-entry.ts';

export interface Reply {
  readonly status: ContentfulStatusCode;
  readonly body: Readonly<Record<string, unknown>>;
}

export const answered = (body: Reply['body']): Reply => ({ status: 200, body });

/**
 * `code` is in capitals, as the vendor's reference page has it; `error` says the same in the words
 * of its server.
 */
export const refused = (status: ContentfulStatusCode, code: string, message: string): Reply => ({
  status,
  body: { error: code.toLowerCase(), error_code: code, message },
});

/** What the exchange refused. */
export const rejected = ({ code, reason }: Rejection): Reply =>
  refused(STATUS_OF[code], code, reason);

const STATUS_OF: Readonly<Record<RejectCode, ContentfulStatusCode>> = {
  MARKET_NOT_FOUND: 404,
  MARKET_CLOSED: 503,
  INVALID_PRICE: 400,
  INVALID_SIZE: 400,
  SIZE_TOO_SMALL: 400,
  POST_ONLY_WOULD_CROSS: 400,
  REDUCE_ONLY_WOULD_INCREASE: 400,
  INSUFFICIENT_BALANCE: 400,
  DUPLICATE_CLIENT_ORDER_ID: 409,
  TOO_MANY_ORDERS: 400,
};
