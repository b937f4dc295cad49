import { expect } from 'vitest';
import * as z from 'zod';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import {
  createExchangeServer,
  type ExchangeServer,
} from '../../functions/cli/exchange-server/create-exchange-server.ts';
import { BEFORE_FUNDING } from '#test/builders/feeds.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly body: Fields;
  readonly headers: Headers;
}

export const textIn = ({ body }: Answer, field: string): string => z.string().parse(body[field]);

export const numberIn = ({ body }: Answer, field: string): number => z.number().parse(body[field]);

export const rowsIn = ({ body }: Answer, field: string): readonly Fields[] =>
  z.array(z.record(z.string(), z.unknown())).parse(body[field]);

/** A figure to within a billionth. */
export const near = (value: number): unknown => expect.closeTo(value, 9);

export const someText = (pattern: RegExp): unknown => expect.stringMatching(pattern);

interface RequestOptions {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of the body as JSON. */
  readonly raw?: string;
}

export interface ServedExchange {
  readonly url: string;
  readonly exchange: Exchange;
  /** What the server could not answer. */
  readonly errors: readonly unknown[];
  /** The time that the next request happens at, in ms after BEFORE_FUNDING. */
  at(afterMs: number): void;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  post(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  delete(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
}

export interface ServeOptions {
  readonly fillModel?: FillModel;
  readonly depositUsd?: number;
  readonly rateLimitPerMinute?: number;
  readonly delay?: (activity: string | undefined) => Promise<void>;
  /** Replaces the clock that `at` sets. */
  readonly now?: () => number;
}

const running: ExchangeServer[] = [];

/** For `afterEach`. */
export async function closeExchanges(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

export async function serveExchange(
  feeds: readonly MarketFeed[],
  options: ServeOptions = {},
): Promise<ServedExchange> {
  const {
    fillModel = 'trade-through',
    depositUsd = 100_000,
    rateLimitPerMinute = 1_000_000,
    delay = async (): Promise<void> => {},
  } = options;
  const exchange = createExchange({
    feeds,
    fillModel,
    startsAt: BEFORE_FUNDING,
    depositUsd,
    maxLeverage: 10,
  });
  const errors: unknown[] = [];
  let afterMs = 0;
  const server = await createExchangeServer({
    exchange,
    sessions: createQuotingSessions(exchange),
    now: options.now ?? ((): number => BEFORE_FUNDING + afterMs),
    delay,
    rateLimitPerMinute,
    onError: (error) => errors.push(error),
  });
  running.push(server);
  const send = async (
    method: string,
    path: string,
    body: unknown,
    { key = 'pf_test_me', headers = {}, raw }: RequestOptions,
  ): Promise<Answer> => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(key === '' ? {} : { Authorization: `Bearer ${key}` }), ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    });
    return {
      status: response.status,
      body: z.record(z.string(), z.unknown()).parse(await response.json()),
      headers: response.headers,
    };
  };
  return {
    url: server.url,
    exchange,
    errors,
    at(ms) {
      afterMs = ms;
    },
    get: async (path, request = {}) => send('GET', path, undefined, request),
    post: async (path, body, request = {}) => send('POST', path, body, request),
    delete: async (path, body, request = {}) => send('DELETE', path, body, request),
  };
}
