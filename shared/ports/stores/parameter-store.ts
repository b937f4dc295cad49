import type { MarketId } from '../../domain/venue/market-id.ts';
import type {
  ParameterProblem,
  ParameterReading,
} from '../../domain/parameters/parameter-reading.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { EpochMs } from '../../domain/units.ts';

/** An item of the Parameters table, as people wrote it. */
interface WrittenParameters {
  /** Names exactly these attributes: an edit is made from it. */
  readonly version: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A version that was seen, accepted or refused. */
export interface ParameterAudit {
  readonly version: string;
  readonly firstSeenAt: EpochMs;
  readonly changes: readonly string[];
  /** In words; empty for one that was accepted. */
  readonly problems: readonly string[];
}

type ParameterTarget = MarketId | 'DEFAULT';

type ParametersWritten =
  | { readonly kind: 'written' }
  /** The item is not the one the edit was made from. */
  | { readonly kind: 'changed-meanwhile' }
  | { readonly kind: 'refused'; readonly problems: readonly ParameterProblem[] };

export interface ParameterStore {
  read(market: MarketId): Promise<ParameterReading>;
  /** Values of a version recorded before; undefined when it was refused or is not known. */
  recorded(market: MarketId, version: string): Promise<Parameters | undefined>;
  /** Keeps a reading for ever, once per version: when it was first seen and what it changed. */
  record(
    market: MarketId,
    reading: ParameterReading,
    at: EpochMs,
    changes: readonly string[],
  ): Promise<void>;
  /** At most so many, newest first. */
  history(market: MarketId, most: number): Promise<readonly ParameterAudit[]>;
  /** The item as it stands, for an edit. */
  written(target: ParameterTarget): Promise<WrittenParameters>;
  /**
   * A person's edit, merged into the item if that is still of the `expected` version; an attribute
   * that is undefined is taken out. Refused as a whole when some market could not be read with it.
   * One that only switches off is never refused, whatever else stands there.
   */
  write(
    target: ParameterTarget,
    edit: Readonly<Record<string, unknown>>,
    expected: string,
  ): Promise<ParametersWritten>;
}
