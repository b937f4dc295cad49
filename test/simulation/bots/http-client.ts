import { done, failed, type VenueOutcome } from '#shared/domain/failure.ts';
import type { VendorClient } from '#shared/simulation/bots/vendor-client.ts';
import {
  type Answer,
  numberIn,
  rowsIn,
  type ServedExchange,
  textIn,
} from '#test/floors/exchange-over-http.ts';

/**
 * The same calls as a script makes them: over HTTP, with the routes and bodies of the vendor's
 * pages.
 */
export function httpClient(
  { get, post, delete: remove }: ServedExchange,
  symbol: string,
): VendorClient {
  const longOrShort = (side: 'buy' | 'sell'): string => (side === 'buy' ? 'long' : 'short');
  const traded = (answer: Answer) => ({ usd: numberIn(answer, 'filled_usd'), inventoryUsd: 0 });
  return {
    mid: async () =>
      read(await get(`/v1/markets/${symbol}/price`), (answer) => numberIn(answer, 'mid')),
    hourlyVolatility: async () =>
      read(await get(`/v1/markets/${symbol}/volatility?period=1h`), (answer) =>
        answer.body['realized_vol'] === null ? undefined : numberIn(answer, 'realized_vol'),
      ),
    inventoryUsd: async () =>
      read(await get(`/v1/mm/inventory?symbol=${symbol}`), (answer) =>
        numberIn(answer, 'net_delta_usd'),
      ),
    openOrders: async () =>
      read(await get(`/orders?symbol=${symbol}`), (answer) =>
        rowsIn(answer, 'orders').map(({ id }) => String(id)),
      ),
    orderStatus: async (id) => read(await get(`/orders/${id}`), statusIn),
    cancelAll: async () =>
      read(await remove('/v1/mm/cancel-all', { symbol }), () => 'cancelled' as const),
    quote: async ({ bid, ask, sizeUsd: size }) =>
      read(await post('/v1/mm/quote', { symbol, bid, ask, size }), () => 'placed' as const),
    order: async ({ side, price, sizeUsd: size, postOnly }) =>
      read(
        await post('/orders', {
          market: symbol,
          side: longOrShort(side),
          size,
          price,
          post_only: postOnly,
        }),
        (answer) => textIn(answer, 'order_id'),
      ),
    hedge: async (share) => read(await post('/v1/mm/hedge', { symbol, hedge_pct: share }), traded),
    trade: async (side, sizeUsd) =>
      read(
        await post('/v1/trade', {
          symbol,
          side: longOrShort(side),
          size_usd: sizeUsd,
          leverage: 1,
        }),
        traded,
      ),
  };
}

function read<T>(answer: Answer, value: (answer: Answer) => T): VenueOutcome<T> {
  if (answer.status === 200) return done(value(answer));
  const [code, reason] = [textIn(answer, 'error_code'), textIn(answer, 'message')];
  return failed({ kind: 'rejected', code, reason });
}

function statusIn(answer: Answer): 'open' | 'filled' | 'cancelled' {
  const status = textIn(answer, 'status');
  if (status === 'open' || status === 'filled' || status === 'cancelled') return status;
  throw new Error(`an order is ${status}`);
}
