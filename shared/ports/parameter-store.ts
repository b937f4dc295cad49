import type { MarketId } from '../domain/market-id.ts';
import type { ParameterVersion } from '../domain/parameters.ts';
import type { EpochMs } from '../domain/units.ts';

/** What people wrote, merged (built-in < DEFAULT < market) and parsed strictly. */
export type ParameterReading =
  | { readonly kind: 'accepted'; readonly version: ParameterVersion }
  /**
   * Nothing of it is used. `version` names the refused values; each problem says attribute, value
   * and what is allowed.
   */
  | {
      readonly kind: 'refused';
      readonly version: string;
      readonly problems: readonly string[];
      /** `mode` is plainly `off`: that is obeyed whatever else is wrong. */
      readonly switchedOff: boolean;
    };

export interface ParameterStore {
  read(market: MarketId): Promise<ParameterReading>;
  /** Keeps a reading for ever, once per version: when it was first seen and what it changed. */
  record(
    market: MarketId,
    reading: ParameterReading,
    at: EpochMs,
    changes: readonly string[],
  ): Promise<void>;
}
