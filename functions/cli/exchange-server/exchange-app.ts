import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { epochMs } from '#shared/domain/units.ts';
import { accountKeyOf, KEY_PATTERN } from './account-key.ts';
import { healthRoute } from './health-route.ts';
import { hedgeRoutes } from './hedge-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { quoteRoutes } from './quote-routes.ts';
import { type Allowance, createRateLimit } from '#shared/simulator/purple-flea/rate-limit.ts';
import { readInput } from './read-input.ts';
import { refused, type Reply } from './reply.ts';
import type { Route, Trading } from './route.ts';

export interface ExchangeAppOptions extends Trading {
  /**
   * Exchange time in ms. The exchange is advanced to it before every request; it may run faster
   * than the wall clock.
   */
  readonly now: () => number;
  /**
   * Awaited before a request is looked at and again before its answer leaves, with the request's
   * activity header.
   */
  readonly delay: (activity: string | undefined) => Promise<void>;
  /**
   * Requests per minute of exchange time, per key, or per address where a request has none. Default
   * 1000.
   */
  readonly rateLimitPerMinute?: number | undefined;
  /** Hears that the market itself cannot go on, for example that its tape is corrupt. */
  readonly onError: (error: unknown) => void;
  /**
   * Hears of one request that nobody foresaw; its client gets a 500 without details, everybody
   * else is served on. Undefined: as `onError`, where such a request is the run's own.
   */
  readonly onRequestError?: ((error: unknown) => void) | undefined;
}

/** Who waits for the answer: a run in simulated time counts its own requests by it. */
const ACTIVITY_HEADER = 'x-quotemill-activity';
const DEFAULT_RATE_LIMIT_PER_MINUTE = 1000;
/** The vendor's pages have their routes with and without it. */
const PREFIXES = ['', '/api'] as const;

type Env = { Bindings: HttpBindings };
type App = Hono<Env>;
type Decide = (accountKey: string | undefined) => Reply;

/**
 * The simulated exchange with the routes, bodies and errors of Purple Flea's pages. Its /v1/mm
 * routes are known from those pages alone and were never checked against the live service.
 */
export function createExchangeApp(options: ExchangeAppOptions): App {
  const answer = createAnswer(options);
  const app = new Hono<Env>();
  for (const route of allRoutes()) {
    for (const prefix of PREFIXES) {
      app.on(route.method, prefix + route.path, async (context) => {
        const input = await readInput(context, route.method);
        return answer(context, (accountKey) => {
          if (route.access === 'account' && accountKey === undefined) return UNAUTHORIZED;
          return input.ok ? route.answer(input.value, options, accountKey ?? '') : input.failure;
        });
      });
    }
  }
  app.notFound((context) => answer(context, () => noSuchRoute(context)));
  app.onError((error, context) => {
    (options.onRequestError ?? options.onError)(error);
    return context.json(INTERNAL_ERROR.body, INTERNAL_ERROR.status);
  });
  return app;
}

const allRoutes = (): readonly Route[] => [
  healthRoute,
  ...marketRoutes,
  ...quoteRoutes,
  ...hedgeRoutes,
  ...inventoryRoutes,
  ...orderRoutes,
  ...historyRoutes(),
];

/**
 * Waits, takes one request off the allowance, brings the exchange up to the present, decides, waits
 * again.
 */
function createAnswer(options: ExchangeAppOptions) {
  const { now, delay, rateLimitPerMinute = DEFAULT_RATE_LIMIT_PER_MINUTE } = options;
  const rateLimit = createRateLimit(rateLimitPerMinute);
  return async (context: Context<Env>, decide: Decide): Promise<Response> => {
    const activity = context.req.header(ACTIVITY_HEADER);
    await delay(activity);
    // Whole milliseconds: a client that rounds a trade's time up and asks on from there would miss
    // the one after it.
    const at = Math.floor(now());
    const accountKey = accountKeyOf(context.req.header('authorization'));
    const allowance = rateLimit.take(accountKey ?? addressOf(context), at);
    const reply = allowance.granted
      ? decideAt(at, options, () => decide(accountKey))
      : tooManyRequests(allowance);
    const response = context.json(reply.body, reply.status, {
      ...rateHeaders(allowance),
      Date: new Date(at).toUTCString(),
    });
    await delay(activity);
    return response;
  };
}

/**
 * What throws here is a bug or a corrupt tape: the client learns only that it was not his fault.
 */
function decideAt(
  at: number,
  { exchange, onError, onRequestError = onError }: ExchangeAppOptions,
  decide: () => Reply,
): Reply {
  try {
    if (at >= exchange.now()) exchange.advanceTo(epochMs(at));
  } catch (error) {
    onError(error);
    return INTERNAL_ERROR;
  }
  try {
    return decide();
  } catch (error) {
    onRequestError(error);
    return INTERNAL_ERROR;
  }
}

const addressOf = (context: Context<Env>): string =>
  context.env.incoming.socket.remoteAddress ?? 'unknown address';

const INTERNAL_ERROR = refused(500, 'INTERNAL_ERROR', 'the exchange failed');
const UNAUTHORIZED = refused(
  401,
  'UNAUTHORIZED',
  `allowed: the header Authorization: Bearer <key> with a key like ${KEY_PATTERN}`,
);

const noSuchRoute = ({ req }: Context): Reply =>
  refused(404, 'NOT_FOUND', `there is no route ${req.method} ${req.path.slice(0, 100)}`);

const seconds = (ms: number): number => Math.ceil(ms / 1000);

function tooManyRequests({ perMinute, retryAfterMs }: Allowance): Reply {
  const retryAfter = seconds(retryAfterMs);
  const { status, body } = refused(
    429,
    'RATE_LIMITED',
    `more than ${perMinute} requests a minute; allowed again in ${retryAfter} s`,
  );
  return { status, body: { ...body, retry_after_seconds: retryAfter } };
}

/** `Reset` is in seconds since 1970, as is usual. */
const rateHeaders = ({
  granted,
  perMinute,
  remaining,
  fullAt,
  retryAfterMs,
}: Allowance): Record<string, string> => ({
  'X-RateLimit-Limit': String(perMinute),
  'X-RateLimit-Remaining': String(remaining),
  'X-RateLimit-Reset': String(seconds(fullAt)),
  ...(granted ? {} : { 'Retry-After': String(seconds(retryAfterMs)) }),
});
