import type { FundingRate, MarketSpec } from '../../domain/market.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { ParameterVersion } from '../../domain/parameters.ts';
import type { Session } from '../../domain/session.ts';
import type { FundingTilt } from '../../domain/tilt.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Lease } from '../../ports/lease-store.ts';

/** The session while it runs: what is saved, and what only this invocation knows. Replaced, never changed. */
export interface RunningSession {
  readonly lease: Lease;
  readonly spec: MarketSpec;
  readonly funding: FundingRate;
  readonly session: Session;
  readonly parameters: ParameterVersion;
  /** The refused version already reported, so that it is reported once. */
  readonly refusedVersion: string | undefined;
  /** What people wrote is refused, but says plainly that trading shall stop. */
  readonly switchedOff: boolean;
  readonly tilt: FundingTilt | undefined;
  readonly venueHourlyVolatility: number | undefined;
  /** Booked in the session, not yet in the ledger: the session is not saved before they are. */
  readonly unwritten: readonly LedgerEntry[];
  /** Signed base units the venue last reported. */
  readonly venuePosition: number;
  /** Executions must be read before anything is decided: something may have traded that is not booked. */
  readonly unexplained: boolean;
  /** Looks in a row on which that was not what our fills say. */
  readonly mismatches: number;
  /** The first client order counter not used under this fence. */
  readonly nextCounter: number;
  /** Of `session.quotesPlaced`, what the metrics have had. */
  readonly reportedQuotes: number;
  readonly lastLookAt: EpochMs;
  /** Set when the venue asked us to slow down. */
  readonly pauseUntil: EpochMs;
  readonly due: DueTimes;
  readonly lastReasons: string;
}

/** When each chore is next done. */
export interface DueTimes {
  readonly parametersAt: number;
  readonly saveAt: number;
  readonly reportAt: number;
  readonly volatilityAt: number;
  readonly fundingAt: number;
}
