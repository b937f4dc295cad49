import { done, InputError, type VenueOutcome } from '../../domain/failure.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import { createAccountHistory } from './account-history.ts';
import { checkedBaseUrl } from './http/base-url.ts';
import { createExecution } from './execution.ts';
import { createHttpClient } from './http/http-client.ts';
import { createMarketData, marketPath } from './market-data.ts';
import type { ServerGuardrails } from './order-bodies.ts';
import { isDecimalStep, parseMarketSpec } from './parse/parse-market-spec.ts';
import { createReader, type Read, valueOf } from './http/reader.ts';
import { createWriter } from './http/writer.ts';

export interface PurpleFleaOptions {
  /**
   * `https://host` or `https://host/api`, where the vendor's paths begin; http on loopback only.
   * There is no default.
   */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`. 8 to 512 letters, digits or any of `_ . ~ -`. */
  readonly apiKey: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether an order of that client id, listed in that market, is a quote of this deployment. */
  readonly isOurs: (clientId: string, symbol: string) => boolean;
  /** Milliseconds, at most 10,000: by then a request counts as unable to arrive. */
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

/** A request given up after `requestTimeoutMs` has its connection closed long before these 10 s. */
const ARRIVES_WITHIN_MS = 10_000;
/** Orders, trades and positions come out of caches of up to 30 s behind one another. */
const LISTS_LAG_MS = 75_000;

/**
 * Purple Flea's market-making API, dialect `mm` as its pages document it; never verified against
 * the live service.
 * @throws InputError when an option cannot be used. The key is never part of a message.
 */
export function connectPurpleFlea(options: PurpleFleaOptions): ConnectedVenue {
  const { clock, apiKey, defaultLot, serverGuardrails = {} } = options;
  const readMs = timeLimit('timeouts.readMs', options.timeouts?.readMs ?? 3000);
  const writeMs = timeLimit('timeouts.writeMs', options.timeouts?.writeMs ?? 5000);
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
    clock,
  });
  const read = createReader(http, clock);
  const { spec, specOf } = createSpecs(read, defaultLot);
  const can: VenueAbilities = {
    arrivesWithinMs: ARRIVES_WITHIN_MS,
    listsLagMs: LISTS_LAG_MS,
    requestTimeoutMs: Math.max(readMs, writeMs),
    ids: true,
    modify: 'none',
  };
  return {
    venue: 'purple-flea',
    data: createMarketData({ read, clock, spec, clockSkewMs: http.clockSkewMs }),
    execution: createExecution({
      can,
      read,
      writer: (leavesBefore) => createWriter(http, clock, serverGuardrails, leavesBefore),
      clock,
      async lotOf(symbol) {
        const known = await specOf(symbol);
        return known.ok ? done(known.value.lot) : known;
      },
      isOurs: options.isOurs,
    }),
    history: createAccountHistory(read, specOf, { maxPages, clockSkewMs: http.clockSkewMs }),
  };
}

type SpecOf = (symbol: string) => Promise<VenueOutcome<MarketSpec>>;

/** `spec` asks the venue; `specOf` only if it was never told and nobody is asking. */
function createSpecs(
  read: Read,
  defaultLot: number | undefined,
): { readonly spec: SpecOf; readonly specOf: SpecOf } {
  const specs = new Map<string, MarketSpec>();
  const asking = new Map<string, Promise<VenueOutcome<MarketSpec>>>();
  const ask: SpecOf = async (symbol) => {
    const asked = await valueOf(
      read(marketPath(symbol, ''), {}, (body) => parseMarketSpec(body, symbol, defaultLot)),
    );
    if (asked.ok) specs.set(symbol, asked.value);
    return asked;
  };
  const spec: SpecOf = (symbol) => {
    const asked = ask(symbol).finally(() => asking.delete(symbol));
    asking.set(symbol, asked);
    return asked;
  };
  return {
    spec,
    async specOf(symbol) {
      const known = specs.get(symbol);
      return known === undefined ? (asking.get(symbol) ?? spec(symbol)) : done(known);
    },
  };
}

function timeLimit(name: string, ms: number): number {
  if (positive(name, ms) > ARRIVES_WITHIN_MS)
    throw new InputError(`purple-flea: ${name} must be at most ${ARRIVES_WITHIN_MS}, was ${ms}`);
  return ms;
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
