import type { MarketId } from '../venue/market-id.ts';
import type { EpochMs } from '../units.ts';

/** Which limit was passed. */
export type HaltCause = 'session-stop-loss' | 'daily-loss-limit';

/** A decision that trading must end until a person says otherwise (C4, C5, C10). */
export interface HaltOrder {
  readonly cause: HaltCause;
  /** For people, with the figures. */
  readonly text: string;
}

/** A halt as it is kept. It stays until a person lifts it: a market that has one is not traded. */
export interface Halt {
  readonly market: MarketId;
  /** A limit, or whatever a person wrote. */
  readonly cause: string;
  /** For people, with the figures. */
  readonly text: string;
  /** Undefined where a person wrote the halt by hand and left it out. */
  readonly at: EpochMs | undefined;
  /** Of the session that was halted; undefined where no session was. */
  readonly netPnlUsd: number | undefined;
}

/** One that a limit caused. */
export type DatedHalt = Halt & { readonly at: EpochMs };
