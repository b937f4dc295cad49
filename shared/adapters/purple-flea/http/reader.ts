import { done, type VenueOutcome } from '../../../domain/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Query, VendorPath } from './base-url.ts';
import type { HttpClient } from './http-client.ts';
import { bodyOf } from './judge-reply.ts';
import { requestsLeftRatio } from './rate-limit.ts';

export interface Answer<T> {
  readonly value: T;
  readonly requestsLeftRatio: number;
}

/** Asks and parses: everything that is read at the venue is read through one of these. */
export type Read = <T>(
  path: VendorPath,
  query: Query,
  parse: (body: unknown) => VenueOutcome<T>,
) => Promise<VenueOutcome<Answer<T>>>;

export function createReader(http: HttpClient, clock: Pick<Clock, 'now'>): Read {
  return async (path, query, parse) => {
    const reply = await http.read(path, query);
    if (!reply.ok) return reply;
    const body = bodyOf(reply.value, clock.now());
    if (!body.ok) return body;
    const parsed = parse(body.value);
    return parsed.ok
      ? done({ value: parsed.value, requestsLeftRatio: requestsLeftRatio(reply.value.headers) })
      : parsed;
  };
}

export async function valueOf<T>(
  answer: Promise<VenueOutcome<Answer<T>>>,
): Promise<VenueOutcome<T>> {
  const outcome = await answer;
  return outcome.ok ? done(outcome.value.value) : outcome;
}
