import { PURPLE_FLEA, type VenueProfile } from '#shared/adapters/simulated/venue-profile.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';

/** The simulated venue as it comes, but for what it can do of a modify. */
export const modifying = (modify: ModifyAbility): VenueProfile => ({
  ...PURPLE_FLEA,
  can: { ...PURPLE_FLEA.can, modify },
});
