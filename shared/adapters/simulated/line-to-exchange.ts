import { failed, type VenueOutcome } from '../../domain/failure.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Exchange } from '../../simulator/exchange/exchange.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import { createRateLimit } from '../../simulator/purple-flea/rate-limit.ts';

/** The way of one account's requests to the exchange and back. */
export interface LineToExchange {
  readonly exchange: Exchange;
  readonly accountKey: string;
  /** Does `act` at the exchange one latency from now, and answers another one later. */
  ask<T>(act: () => T): Promise<T>;
  /** A question about a market that costs that many requests. */
  read<T>(
    requests: number,
    symbol: string,
    act: (market: SimulatedMarket, requestsLeftRatio: number) => VenueOutcome<T>,
  ): Promise<VenueOutcome<T>>;
  /** One request off the allowance. To be called at the exchange. */
  take(): Allowed;
}

type Allowed =
  | { readonly granted: true; readonly leftRatio: number }
  | { readonly granted: false; readonly retryAfterMs: number };

export interface LineOptions {
  readonly exchange: Exchange;
  readonly accountKey: string;
  readonly clock: Clock;
  /** Each way. */
  readonly latencyMs: number;
  readonly requestsPerMinute: number;
}

export function createLineToExchange(options: LineOptions): LineToExchange {
  const { exchange, accountKey, clock, latencyMs, requestsPerMinute } = options;
  const rateLimit = createRateLimit(requestsPerMinute);
  const ask = async <T>(act: () => T): Promise<T> => {
    if (latencyMs > 0) await clock.sleep(latencyMs);
    exchange.advanceTo(clock.now());
    const answer = act();
    if (latencyMs > 0) await clock.sleep(latencyMs);
    return answer;
  };
  const take = (): Allowed => {
    const { granted, remaining, perMinute, retryAfterMs } = rateLimit.take(
      accountKey,
      exchange.now(),
    );
    return granted
      ? { granted, leftRatio: remaining / perMinute }
      : { granted, retryAfterMs: statedWaitMs(retryAfterMs) };
  };
  return {
    exchange,
    accountKey,
    ask,
    take,
    read: (requests, symbol, act) =>
      ask(() => {
        let allowed = take();
        for (let more = 1; more < requests && allowed.granted; more += 1) allowed = take();
        if (!allowed.granted)
          return failed({ kind: 'rate-limited', retryAfterMs: allowed.retryAfterMs });
        const market = exchange.market(symbol);
        return market === undefined
          ? rejected('MARKET_NOT_FOUND', `there is no market ${symbol}`)
          : act(market, allowed.leftRatio);
      }),
  };
}

/** As it is told over HTTP: in whole seconds, at most a minute. */
const statedWaitMs = (ms: number): number =>
  Math.min(MINUTE_MS, Math.max(1, Math.ceil(ms / SECOND_MS)) * SECOND_MS);

const rejected = (code: string, reason: string): VenueOutcome<never> =>
  failed({ kind: 'rejected', code, reason });

export const notQuotedYet = (symbol: string): VenueOutcome<never> =>
  rejected('MARKET_CLOSED', `${symbol} has not been quoted yet`);
