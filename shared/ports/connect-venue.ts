import type { AccountHistory } from './account-history.ts';
import type { Execution } from './execution.ts';
import type { MarketData } from './market-data.ts';

/** What a connection is for. Each role may have a key of its own with the rights it needs. */
export type VenueRole = 'quote' | 'hedge' | 'watchdog';

export interface ConnectedVenue {
  readonly venue: string;
  readonly data: MarketData;
  readonly execution: Execution;
  readonly history: AccountHistory;
}

/** Undefined where no base URL was configured: there is no default live venue. */
export type ConnectVenue = (role: VenueRole) => Promise<ConnectedVenue | undefined>;
