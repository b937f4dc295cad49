import { atIndex } from '../../domain/order/grid.ts';
import { size, type Size } from '../../domain/units.ts';
import type { CommandOutcome } from '../../domain/venue/venue-answers.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';
import type { LineToExchange } from './line-to-exchange.ts';

type RateLimited = Extract<CommandOutcome, { readonly kind: 'rate-limited' }>;

/** Takes a request off the allowance; undefined when there was one left. */
export function refusedNow({ take }: Pick<LineToExchange, 'take'>): RateLimited | undefined {
  const allowed = take();
  return allowed.granted ? undefined : { kind: 'rate-limited', retryAfterMs: allowed.retryAfterMs };
}

/**
 * One that was not open any more. The adapter over HTTP looks up once how much of it had traded.
 */
export function gone(line: LineToExchange, order: SimulatedOrder | undefined): CommandOutcome {
  if (order?.status === 'filled') return { kind: 'gone', filled: 'all' };
  const lookedUp = refusedNow(line) === undefined ? order : undefined;
  return { kind: 'gone', filled: lookedUp && filledOf(line, lookedUp) };
}

export function filledOf({ exchange }: LineToExchange, order: SimulatedOrder): Size | undefined {
  const lot = exchange.market(order.market)?.feed.spec.lot;
  return lot && size(atIndex(lot, order.lots - order.remainingLots));
}

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export const noMarket = (symbol: string): Refusal => ({
  code: 'MARKET_NOT_FOUND',
  reason: `there is no market ${symbol}`,
});
