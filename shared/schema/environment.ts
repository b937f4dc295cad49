import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { InputError } from '../domain/failure.ts';
import { isDeploymentName } from '../domain/order/client-order-id.ts';
import { marketIdField } from './market-id.ts';
import { problemsOf } from './parameters/problems.ts';
import { venueBaseUrl, venueName } from './venue.ts';

const filled = z.string().check(z.minLength(1));

const tables = { PARAMETERS_TABLE: filled, STATE_TABLE: filled, LEDGER_TABLE: filled };

const venue = {
  VENUE: venueName,
  /** Empty: nothing was configured, so the function stands aside. There is no default live URL. */
  VENUE_BASE_URL: z.union([z.literal(''), venueBaseUrl]),
  VENUE_SECRET_ID: filled,
};

/**
 * A loop that must leave this long before the function's timeout gets its own limit, since
 * emulators invent the remaining time.
 */
const sessionMs = withDefault(
  z.coerce.number().check(z.int(), z.gte(1000), z.lte(890_000)),
  840_000,
);

/** `service` of logs and metrics is the function's own name, so that alarms find their figures. */
const everywhere = { ...tables, ...venue, EVENT_BUS: filled, POWERTOOLS_SERVICE_NAME: filled };

/** Markets by comma, which no stage lets into a name; empty where there are none. */
const marketList = z.pipe(
  z.pipe(
    z.string(),
    z.transform((list: string) => list.split(',').filter((market) => market !== '')),
  ),
  z.array(marketIdField),
);

/** What tells the orders of this deployment from those of another on the same account. */
const DEPLOYMENT = z
  .string()
  .check(z.refine(isDeploymentName, 'must be 1 to 24 lower case letters, digits or dashes'));

export const requoteEnvironment = z.object({
  ...everywhere,
  DEPLOYMENT,
  /** The quoting group: what lease, schedule and function are of. */
  GROUP: filled,
  /** What the group may trade. */
  MARKETS: marketList.check(z.minLength(1)),
  PEER_MARKETS: marketList,
  SESSION_MS: sessionMs,
});
export const hedgeEnvironment = z.object({ ...everywhere, DEPLOYMENT });
export const fundingCheckEnvironment = z.object(everywhere);
export const watchdogEnvironment = z.object({
  ...tables,
  ...venue,
  POWERTOOLS_SERVICE_NAME: filled,
  DEPLOYMENT,
});

export type RequoteEnvironment = z.infer<typeof requoteEnvironment>;
export type HedgeEnvironment = z.infer<typeof hedgeEnvironment>;
export type FundingCheckEnvironment = z.infer<typeof fundingCheckEnvironment>;
export type WatchdogEnvironment = z.infer<typeof watchdogEnvironment>;

/**
 * A function's environment, parsed once at cold start. @throws InputError naming each variable that
 * is missing or wrong.
 */
export function parseEnvironment<T>(
  schema: z.ZodMiniType<T>,
  environment: Readonly<Record<string, string | undefined>>,
): T {
  const parsed = schema.safeParse(environment);
  if (!parsed.success)
    throw new InputError(`environment of the function: ${problemsOf(parsed.error)}`);
  return parsed.data;
}
