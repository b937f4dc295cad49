export interface SecretStore {
  /**
   * The venue's API key. @throws InputError when the secret is empty or has no key for that venue;
   * the message never holds the secret.
   */
  venueKey(venue: string): Promise<string>;
}
