import { createSecretStore } from '../adapters/aws/secret-store.ts';
import { connectPurpleFlea } from '../adapters/purple-flea/connect.ts';
import { isQuoteOf } from '../domain/order/client-order-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectedVenue, ConnectVenue, VenueRole } from '../ports/connect-venue.ts';
import type { HedgeEnvironment } from '../schema/environment.ts';
import type { VenueName } from '../schema/venue.ts';
import type { Platform } from './platform.ts';

export type VenueEnvironment = Pick<
  HedgeEnvironment,
  'VENUE' | 'VENUE_BASE_URL' | 'VENUE_SECRET_ID'
>;

interface Credentials {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly isOurs: (clientId: string, symbol: string) => boolean;
}

/** A venue is one row: its name in settings and secrets, and how an account there is connected. */
const VENUES: Readonly<Record<VenueName, (credentials: Credentials) => ConnectedVenue>> = {
  'purple-flea': connectPurpleFlea,
};

/**
 * Connects a role on its first call and again when its key in the secret has changed, so that a
 * rotation needs no deployment.
 */
export function wireVenue(
  env: VenueEnvironment,
  deployment: string,
  { clock }: Platform,
): ConnectVenue {
  const isOurs = isQuoteOf(deployment);
  const secrets = createSecretStore({ secretId: env.VENUE_SECRET_ID, clock });
  const connected = new Map<
    VenueRole,
    { readonly apiKey: string; readonly venue: ConnectedVenue }
  >();
  return async (role) => {
    if (env.VENUE_BASE_URL === '') return undefined;
    const apiKey = await secrets.venueKey(env.VENUE, role);
    const known = connected.get(role);
    if (known?.apiKey === apiKey) return known.venue;
    const venue = VENUES[env.VENUE]({ baseUrl: env.VENUE_BASE_URL, apiKey, clock, isOurs });
    connected.set(role, { apiKey, venue });
    return venue;
  };
}
