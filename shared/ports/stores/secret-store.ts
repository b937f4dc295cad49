import type { VenueRole } from '../connect-venue.ts';

export interface SecretStore {
  /**
   * The venue's API key for that role. @throws InputError when the secret is empty or has no key
   * for that venue; the message never holds the secret.
   */
  venueKey(venue: string, role: VenueRole): Promise<string>;
}
