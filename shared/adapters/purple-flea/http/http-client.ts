import * as http from 'node:http';
import * as https from 'node:https';
import { create as createAxios, type CreateAxiosDefaults, isAxiosError } from 'axios';
import { done, failed, InvariantError, type VenueOutcome } from '../../../domain/failure.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { Clock } from '../../../ports/clock.ts';
import { createClockSkew } from './clock-skew.ts';
import { type Query, urlOf, type VendorPath } from './base-url.ts';
import { nameOf, type Reply, type RequestLine } from './reply.ts';
import { transportFailure } from './transport-failure.ts';
import { createTurns } from './turns.ts';

export interface HttpClientOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly readMs: number;
  readonly writeMs: number;
  readonly maxReplyBytes: number;
  readonly clock: Pick<Clock, 'now'>;
}

export interface HttpClient {
  /**
   * Repeated once when the connection breaks; both attempts together keep the time limit, which is
   * that of a read where no other is given.
   */
  read(path: VendorPath, query?: Query, deadline?: Deadline): Promise<VenueOutcome<Reply>>;
  /** Sent once, whatever happens; not at all where its turn comes too late. */
  write(
    method: 'POST' | 'DELETE',
    path: VendorPath,
    body: object | undefined,
    deadline: Deadline,
  ): Promise<VenueOutcome<Reply>>;
  /**
   * The time limit of one write, or of several that belong together; `leavesBefore`: one that is
   * not on its way by then is not sent.
   */
  writeDeadline(leavesBefore?: EpochMs): Deadline;
  /** How far the venue's clock is ahead of ours; undefined until an answer was dated. */
  clockSkewMs(): number | undefined;
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly ms: number;
  readonly leavesBefore?: EpochMs | undefined;
}

/**
 * A free connection is dropped before common servers (5 s and more) drop it, so that no request is
 * sent into a closing one.
 */
const IDLE_CONNECTION_MS = 4000;
const MAX_CONNECTIONS = 16;

/**
 * HTTP to one venue over kept-alive connections of its own. Every status is a reply; only a missing
 * answer is a failure.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, apiKey, maxReplyBytes, clock } = options;
  const skew = createClockSkew();
  const client = createAxios({
    ...FIXED,
    ...agentFor(baseUrl),
    headers: headersWith(apiKey),
    maxContentLength: maxReplyBytes,
  });
  const turns = createTurns(MAX_CONNECTIONS);

  async function attempt(
    line: RequestLine,
    url: string,
    body: object | undefined,
    deadline: Deadline,
  ): Promise<Attempt> {
    if (!(await turns.take(deadline.signal))) return withheld(line, ranOut(deadline));
    const askedAt = clock.now();
    try {
      if (line.kind === 'write' && askedAt >= (deadline.leavesBefore ?? Infinity))
        return withheld(line, EXPIRED);
      const response = await client.request<unknown>({
        method: line.method,
        url,
        data: body,
        signal: deadline.signal,
      });
      skew.dated(response.headers['date'], askedAt, clock.now());
      const text =
        typeof response.data === 'string' ? response.data.replaceAll(apiKey, '[key]') : '';
      return {
        outcome: done({
          line,
          status: response.status,
          text,
          headers: relevantHeaders(response.headers),
        }),
        broken: false,
      };
    } catch (error) {
      if (!isAxiosError(error))
        throw new InvariantError(`the HTTP client failed on ${nameOf(line)}`);
      return transportFailure(error, line, { timeoutMs: deadline.ms, maxBytes: maxReplyBytes });
    } finally {
      turns.giveBack();
    }
  }

  return {
    async read(path, query, deadline = deadlineIn(options.readMs)) {
      const line: RequestLine = { kind: 'read', method: 'GET', path };
      const url = urlOf(baseUrl, path, query);
      const first = await attempt(line, url, undefined, deadline);
      const last =
        first.broken && !deadline.signal.aborted
          ? await attempt(line, url, undefined, deadline)
          : first;
      return last.outcome;
    },
    async write(method, path, body, deadline) {
      const line: RequestLine = { kind: 'write', method, path };
      return (await attempt(line, urlOf(baseUrl, path), body, deadline)).outcome;
    },
    writeDeadline: (leavesBefore) => ({ ...deadlineIn(options.writeMs), leavesBefore }),
    clockSkewMs: skew.ms,
  };
}

interface Attempt {
  readonly outcome: VenueOutcome<Reply>;
  readonly broken: boolean;
}

/** The text is taken as it came: parsing it is ours, and a status is an answer, not an error. */
const FIXED: CreateAxiosDefaults = {
  adapter: 'http',
  responseType: 'text',
  transformResponse: [(data: unknown): unknown => data],
  validateStatus: (): boolean => true,
  maxRedirects: 0,
  proxy: false,
};

const deadlineIn = (ms: number): Deadline => ({ signal: AbortSignal.timeout(ms), ms });

function agentFor(baseUrl: string): { httpAgent: http.Agent } | { httpsAgent: https.Agent } {
  const settings = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxSockets: MAX_CONNECTIONS };
  return baseUrl.startsWith('https:')
    ? { httpsAgent: new https.Agent(settings) }
    : { httpAgent: new http.Agent(settings) };
}

const headersWith = (apiKey: string): Record<string, string> => ({
  Authorization: `Bearer ${apiKey}`,
  Accept: 'application/json',
  'User-Agent': 'quotemill',
});

function relevantHeaders(headers: Readonly<Record<string, unknown>>): Reply['headers'] {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    retryAfter: header('retry-after'),
    rateLimit: header('x-ratelimit-limit'),
    rateRemaining: header('x-ratelimit-remaining'),
  };
}

const EXPIRED = 'its time had run out before it could leave';
const ranOut = ({ ms }: Deadline): string => `what went before took all of ${ms} ms`;

/** Known not to have been sent. */
const withheld = (line: RequestLine, why: string): Attempt => ({
  outcome: failed({
    kind: 'rejected',
    code: 'not-sent',
    reason: `${nameOf(line)}: not sent, ${why}`,
  }),
  broken: false,
});
