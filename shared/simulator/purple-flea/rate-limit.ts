import { MINUTE_MS } from '../../domain/time.ts';

export interface Allowance {
  readonly granted: boolean;
  readonly perMinute: number;
  /** Whole requests left. */
  readonly remaining: number;
  /** When the whole allowance is back. */
  readonly fullAt: number;
  /** Until the next request is granted; zero when this one was. */
  readonly retryAfterMs: number;
}

export interface RateLimit {
  /** Takes one request out of the caller's allowance, if there is one left. */
  take(caller: string, now: number): Allowance;
}

/** Callers that are remembered at most; those whose allowance is full need no remembering. */
const MAX_CALLERS = 10_000;
/** Refilled in many small parts, a bucket may lack this much of a whole request. */
const ROUNDING = 1e-9;

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket per caller: `perMinute` at once, and as many again each minute. */
export function createRateLimit(perMinute: number): RateLimit {
  const buckets = new Map<string, Bucket>();
  const refilled = ({ tokens, at }: Bucket, now: number): number =>
    Math.min(perMinute, tokens + (Math.max(0, now - at) / MINUTE_MS) * perMinute);
  const forgetIdle = (now: number): void => {
    if (buckets.size <= MAX_CALLERS) return;
    for (const [caller, bucket] of buckets)
      if (refilled(bucket, now) === perMinute) buckets.delete(caller);
  };
  return {
    take(caller, now) {
      const before = refilled(buckets.get(caller) ?? { tokens: perMinute, at: now }, now);
      const granted = before >= 1 - ROUNDING;
      const tokens = granted ? Math.max(0, before - 1) : before;
      buckets.set(caller, { tokens, at: now });
      forgetIdle(now);
      return {
        granted,
        perMinute,
        remaining: Math.floor(tokens + ROUNDING),
        fullAt: now + ((perMinute - tokens) / perMinute) * MINUTE_MS,
        retryAfterMs: granted ? 0 : ((1 - tokens) / perMinute) * MINUTE_MS,
      };
    },
  };
}
