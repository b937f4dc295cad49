import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { done, failed, InputError, type Outcome } from '../../domain/failure.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { VenueRole } from '../../ports/connect-venue.ts';
import type { SecretStore } from '../../ports/stores/secret-store.ts';

const KEPT_MS = 10 * MINUTE_MS;
const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 2000;

/**
 * What a header can carry; a line break pasted along with a key would otherwise fail in every
 * request.
 */
const apiKey = z.string().check(z.regex(/^[\x21-\x7e]+$/));

const ROLES = ['quote', 'hedge', 'watchdog'] as const satisfies readonly VenueRole[];
const withKey = z.optional(z.strictObject({ apiKey }));
const venueSchema = z.object({
  apiKey,
  /** A misspelt role would silently trade with the key of all. */
  roles: z.optional(z.strictObject({ quote: withKey, hedge: withKey, watchdog: withKey })),
});

export interface SecretStoreOptions {
  readonly secretId: string;
  readonly clock: Clock;
  /** Without one, a client with region, endpoint and credentials from the SDK's default chain. */
  readonly client?: SecretsManagerClient;
}

/**
 * Venue keys from one secret, `{"purple-flea":{"apiKey":"..."}}`; `"roles":{"hedge":{"apiKey":
 * "..."}}` beside it gives a role a key of its own. A key that was found is kept for
 * ten minutes; one that was not is looked for again at the next call, so that filling the secret
 * helps at once.
 */
export function createSecretStore({
  secretId,
  clock,
  client = createClient(),
}: SecretStoreOptions): SecretStore {
  const found = new Map<string, { readonly key: string; readonly until: number }>();
  return {
    async venueKey(venue, role) {
      const name = `${venue} ${role}`;
      const kept = found.get(name);
      if (kept !== undefined && clock.now() < kept.until) return kept.key;
      const key = keyIn(await fetchText(client, secretId, venue), venue, role, secretId);
      found.set(name, { key, until: clock.now() + KEPT_MS });
      return key;
    },
  };
}

const createClient = (): SecretsManagerClient =>
  new SecretsManagerClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });

/** No message of the SDK goes on, only the name of its error. */
async function fetchText(
  client: SecretsManagerClient,
  secretId: string,
  venue: string,
): Promise<string> {
  const answer = await attempted(() =>
    client.send(new GetSecretValueCommand({ SecretId: secretId })),
  );
  if (answer.ok) return answer.value.SecretString ?? '';
  if (answer.failure === 'ResourceNotFoundException')
    throw new InputError(
      `secret ${secretId} does not exist or has no value yet: fill it with ${shape(venue)}`,
    );
  throw new Error(`secret ${secretId} could not be read: ${answer.failure}`);
}

async function attempted<T>(call: () => Promise<T>): Promise<Outcome<T, string>> {
  try {
    return done(await call());
  } catch (error) {
    return failed(error instanceof Error ? error.name : 'request failed');
  }
}

/** Every message is our own: those of JSON.parse and of a schema can quote what they refuse. */
function keyIn(text: string, venue: string, role: VenueRole, secretId: string): string {
  if (text.trim() === '')
    throw new InputError(`secret ${secretId} is empty: fill it with ${shape(venue)}`);
  const secret = z.safeParse(z.record(z.string(), z.unknown()), jsonOf(text));
  if (!secret.success)
    throw new InputError(`secret ${secretId} is not a JSON object: fill it with ${shape(venue)}`);
  const entry = Object.hasOwn(secret.data, venue) ? secret.data[venue] : undefined;
  if (entry === undefined)
    throw new InputError(
      `secret ${secretId} has no key for ${venue}: fill it with ${shape(venue)}`,
    );
  const parsed = z.safeParse(venueSchema, entry);
  if (!parsed.success)
    throw new InputError(
      `secret ${secretId}: the key for ${venue} must be text of printable characters without spaces, and its roles only ${ROLES.join(', ')}: fill it with ${shape(venue)}`,
    );
  return parsed.data.roles?.[role]?.apiKey ?? parsed.data.apiKey;
}

const shape = (venue: string): string => `{"${venue}":{"apiKey":"..."}}`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
