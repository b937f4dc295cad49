import type { EpochMs } from '../../../domain/units.ts';
import type { ReplyHeaders } from './reply.ts';
import { isRecord, toNumber } from '../wire.ts';

const DEFAULT_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;

/**
 * How long a 429 asks us to wait, in ms: `Retry-After` in seconds or as an HTTP date, else
 * `retry_after(_seconds)` of the body. 1 s where nothing (or nothing in the future) is said; at
 * most 60 s, as the vendor's pages have it.
 */
export function retryAfterMs(headers: ReplyHeaders, body: unknown, now: EpochMs): number {
  const stated = headerWaitMs(headers.retryAfter, now) ?? bodyWaitMs(body);
  if (stated === undefined || stated <= 0) return DEFAULT_WAIT_MS;
  return Math.min(Math.ceil(stated), MAX_WAIT_MS);
}

/** Share of the request allowance that is left, 0 to 1; 1 where the venue does not say. */
export function requestsLeftRatio(headers: ReplyHeaders): number {
  const limit = leadingInteger(headers.rateLimit);
  const remaining = leadingInteger(headers.rateRemaining);
  if (limit === undefined || remaining === undefined || limit === 0) return 1;
  return Math.min(1, remaining / limit);
}

function headerWaitMs(header: string | undefined, now: EpochMs): number | undefined {
  if (header === undefined) return undefined;
  const seconds = toNumber(header);
  if (seconds !== undefined) return seconds * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : at - now;
}

function bodyWaitMs(body: unknown): number | undefined {
  if (!isRecord(body)) return undefined;
  const seconds = toNumber(body['retry_after_seconds']) ?? toNumber(body['retry_after']);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Some servers append the window: `100;w=60`. */
function leadingInteger(header: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,15})/.exec(header ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
