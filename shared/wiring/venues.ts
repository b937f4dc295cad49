import { createPurpleFlea } from '../adapters/purple-flea/purple-flea-venue.ts';
import { createSecretStore } from '../adapters/aws/secret-store.ts';
import type { Venue } from '../ports/venue.ts';
import type { HedgeEnvironment } from '../schema/environment.ts';
import type { Platform } from './platform.ts';

export type VenueEnvironment = Pick<
  HedgeEnvironment,
  'VENUE' | 'VENUE_BASE_URL' | 'VENUE_SECRET_ID'
>;

/** Undefined where no base URL was configured: there is no default live venue. */
export type ConnectVenue = () => Promise<Venue | undefined>;

/**
 * Connects on the first call and again when the key in the secret has changed, so that a rotation
 * needs no deployment.
 */
export function wireVenue(env: VenueEnvironment, { clock }: Platform): ConnectVenue {
  const secrets = createSecretStore({ secretId: env.VENUE_SECRET_ID, clock });
  let connected: { readonly apiKey: string; readonly venue: Venue } | undefined;
  return async () => {
    if (env.VENUE_BASE_URL === '') return undefined;
    const apiKey = await secrets.venueKey(env.VENUE);
    if (connected?.apiKey !== apiKey)
      connected = {
        apiKey,
        venue: createPurpleFlea({ baseUrl: env.VENUE_BASE_URL, apiKey, clock }),
      };
    return connected.venue;
  };
}
