import { done, InputError, type VenueOutcome } from '../../domain/failure.ts';
import type { Grid } from '../../domain/grid.ts';
import type { MarketSpec, MarketSymbol } from '../../domain/market.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Venue } from '../../ports/venue.ts';
import { checkedBaseUrl } from './base-url.ts';
import { createHttpClient } from './http-client.ts';
import { lookAtMarket } from './look-at-market.ts';
import type { ServerGuardrails } from './order-bodies.ts';
import { parseFundingHistory } from './parse-funding-history.ts';
import { isDecimalStep, parseMarketSpec } from './parse-market-spec.ts';
import { parsePnl } from './parse-pnl.ts';
import { parseTicker } from './parse-ticker.ts';
import { parseVolatility } from './parse-volatility.ts';
import { readFills } from './read-fills.ts';
import { createReader, valueOf } from './reader.ts';
import { sendCommands } from './send-commands.ts';
import { createWriter } from './writer.ts';

export interface PurpleFleaOptions {
  /**
   * `https://host` or `https://host/api`, where the vendor's paths begin; http on loopback only.
   * There is no default.
   */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`. 8 to 512 letters, digits or any of `_ . ~ -`. */
  readonly apiKey: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly timeouts?: {
    /** Of one read, a repeated attempt included. Default 3000. */
    readonly readMs?: number;
    /** Of everything that one `send` sends. Default 5000: the vendor's p99 is 4.2 s. */
    readonly writeMs?: number;
  };
  /**
   * Base units, for markets whose lot the venue does not state. Without it such a market is
   * refused.
   */
  readonly defaultLot?: number;
  /** Sent along with every pair of quotes. Default: none. */
  readonly serverGuardrails?: ServerGuardrails;
  /** Of 200 trades; a history longer than that fails. Default 50. */
  readonly maxTradePages?: number;
  /** Of one answer, unpacked. Default 5,000,000. */
  readonly maxReplyBytes?: number;
}

/**
 * Purple Flea's market-making API, dialect `mm` as its pages document it; never verified against
 * the live service.
 * @throws InputError when an option cannot be used. The key is never part of a message.
 */
export function createPurpleFlea(options: PurpleFleaOptions): Venue {
  const { clock, apiKey, defaultLot, serverGuardrails = {} } = options;
  const readMs = positive('timeouts.readMs', options.timeouts?.readMs ?? 3000);
  const writeMs = positive('timeouts.writeMs', options.timeouts?.writeMs ?? 5000);
  const maxPages = positive('maxTradePages', options.maxTradePages ?? 50);
  const maxReplyBytes = positive('maxReplyBytes', options.maxReplyBytes ?? 5_000_000);
  if (defaultLot !== undefined && !isDecimalStep(defaultLot))
    throw new InputError('purple-flea: defaultLot must be a decimal above zero');
  const http = createHttpClient({
    baseUrl: checkedBaseUrl(options.baseUrl),
    apiKey: checkedKey(apiKey),
    readMs,
    writeMs,
    maxReplyBytes,
  });
  const read = createReader(http, clock);
  const lots = new Map<MarketSymbol, Grid>();

  async function spec(market: MarketSymbol): Promise<VenueOutcome<MarketSpec>> {
    const path = `/v1/markets/${encodeURIComponent(market)}` as const;
    const outcome = await valueOf(
      read(path, {}, (body) => parseMarketSpec(body, market, defaultLot)),
    );
    if (outcome.ok) lots.set(market, outcome.value.lot);
    return outcome;
  }

  async function lotOf(market: MarketSymbol): Promise<VenueOutcome<Grid>> {
    const known = lots.get(market);
    if (known !== undefined) return done(known);
    const asked = await spec(market);
    return asked.ok ? done(asked.value.lot) : asked;
  }

  return {
    name: 'purple-flea',
    requestTimeoutMs: Math.max(readMs, writeMs),
    spec,
    look: async (market) => lookAtMarket(read, market, clock.now(), lotOf),
    async fills(market, since) {
      const lot = await lotOf(market);
      return lot.ok ? readFills(read, { market, since, lot: lot.value, maxPages }) : lot;
    },
    fundingRate: async (market) =>
      valueOf(read(`/api/ticker/${encodeURIComponent(market)}`, {}, parseTicker)),
    fundingPayments: async (market, after, until) =>
      valueOf(
        read(
          `/v1/funding-history/${encodeURIComponent(market)}`,
          { from: after, to: until },
          (body) => parseFundingHistory(body, market, after, until),
        ),
      ),
    hourlyVolatility: async (market) =>
      valueOf(
        read(
          `/v1/markets/${encodeURIComponent(market)}/volatility`,
          { period: '1h' },
          parseVolatility,
        ),
      ),
    equityChange: async (market, since) =>
      valueOf(read('/v1/mm/pnl', { symbol: market, from: since }, parsePnl)),
    send: async (commands) => sendCommands(createWriter(http, clock, serverGuardrails), commands),
  };
}

function positive(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new InputError(`purple-flea: ${name} must be a whole number above zero, was ${value}`);
  return value;
}

/**
 * Long enough to be blanked out of a venue's answers without blanking anything else, and of
 * characters that no JSON writer escapes, so that it is found there.
 */
function checkedKey(key: string): string {
  if (!/^[\w.~-]{8,512}$/.test(key))
    throw new InputError('purple-flea: apiKey must be 8 to 512 letters, digits or any of _ . ~ -');
  return key;
}
