import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { VendorClient } from './vendor-client.ts';

/** What a person gives a bot: every other figure is its text's. */
export type Budget = Pick<Parameters, 'quoteSizeUsd' | 'maxInventoryUsd'>;

/**
 * The market maker of one of the source texts, its faults included: a loop that makes some calls,
 * pauses, and begins again.
 */
export interface Bot {
  readonly name: string;
  /** From the end of a turn to the next one. */
  readonly pauseMs: number;
  /** What each turn does in one market, from its first on. */
  begin(client: VendorClient, budget: Budget): () => Promise<void>;
}
