import * as z from 'zod';
import { InputError } from '../domain/failure.ts';
import { venueBaseUrl, venueName } from './deployment.ts';
import { problemsOf } from './problems.ts';

const tables = { PARAMETERS_TABLE: z.string().min(1), STATE_TABLE: z.string().min(1), LEDGER_TABLE: z.string().min(1) };

const venue = {
  VENUE: venueName,
  /** Empty: nothing was configured, so the function stands aside. There is no default live URL. */
  VENUE_BASE_URL: z.union([z.literal(''), venueBaseUrl]),
  VENUE_SECRET_ID: z.string().min(1),
};

/** A loop that must leave this long before the function's timeout gets its own limit, since emulators invent the remaining time. */
const sessionMs = z.coerce.number().int().min(1000).max(890_000).default(840_000);

export const requoteEnvironment = z.object({
  ...tables,
  ...venue,
  EVENT_BUS: z.string().min(1),
  MARKET: z.string().min(1),
  SESSION_MS: sessionMs,
});
export const hedgeEnvironment = z.object({ ...tables, ...venue, EVENT_BUS: z.string().min(1) });
export const fundingCheckEnvironment = z.object({ ...tables, ...venue, EVENT_BUS: z.string().min(1) });

export type RequoteEnvironment = z.infer<typeof requoteEnvironment>;
export type HedgeEnvironment = z.infer<typeof hedgeEnvironment>;
export type FundingCheckEnvironment = z.infer<typeof fundingCheckEnvironment>;

/** A function's environment, parsed once at cold start. @throws InputError naming each variable that is missing or wrong. */
export function parseEnvironment<T>(schema: z.ZodType<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new InputError(`environment of the function: ${problemsOf(parsed.error)}`);
  return parsed.data;
}
