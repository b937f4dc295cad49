import type { MarkoutState } from '../../accounting/markouts.ts';
import type { FundingRate, MarketSpec } from '../../domain/market.ts';
import type { Halt } from '../../domain/halt.ts';
import type { StoredFact } from '../../domain/ledger-entry.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { ParameterVersion } from '../../domain/parameters.ts';
import type { Session } from '../../domain/session.ts';
import type { FundingTilt } from '../../domain/tilt.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketView, QuoteFill } from '../../domain/view.ts';
import type { Lease } from '../../ports/lease-store.ts';
import type { BrainState } from '../../strategy/brain-state.ts';

/**
 * The session while it runs: what is saved, and what only this invocation knows. Replaced, never
 * changed.
 */
export interface RunningSession {
  readonly market: MarketId;
  readonly lease: Lease;
  readonly spec: MarketSpec;
  readonly funding: FundingRate;
  readonly session: Session;
  /** What the brain knows now. */
  readonly brain: BrainState;
  /** Booked, and not yet shown to a decision. */
  readonly newFills: readonly QuoteFill[];
  /**
   * The latest orders by venue id: when they were sent, for telling which fills came at once, and
   * the level they were a quote of.
   */
  readonly sent: ReadonlyMap<string, SentOrder>;
  /** What the mid did after the fills of this invocation. */
  readonly markouts: MarkoutState;
  readonly parameters: ParameterVersion;
  /** The refused version already reported, so that it is reported once. */
  readonly refusedVersion: string | undefined;
  /** What people wrote is refused, but says plainly that trading shall stop. */
  readonly switchedOff: boolean;
  /** Somebody halted the market while this session ran. */
  readonly halt: Halt | undefined;
  readonly tilt: FundingTilt | undefined;
  /** Other quoted markets' mids, as last read (C8). */
  readonly peers: MarketView['peers'];
  readonly venueHourlyVolatility: number | undefined;
  /** Booked in the session, not yet in the ledger: the session is not saved before they are. */
  readonly unwritten: readonly StoredFact[];
  /** Fills that are booked at or after the session's cursor, with their times. */
  readonly bookedFills: ReadonlyMap<string, EpochMs>;
  /** Signed base units the venue last reported. */
  readonly venuePosition: number;
  /**
   * Executions must be read before anything is decided: something may have traded that is not
   * booked.
   */
  readonly unexplained: boolean;
  /** Looks in a row on which that was not what our fills say. */
  readonly mismatches: number;
  /** The first client order counter not used under this fence. */
  readonly nextCounter: number;
  /** Of `session.quotesPlaced`, what the metrics have had. */
  readonly reportedQuotes: number;
  readonly lastLookAt: EpochMs;
  /** Looks that failed since one succeeded. */
  readonly failuresInRow: number;
  /** The next look comes so much later (A13). */
  readonly delayMs: number;
  /** Set when the venue asked us to slow down. */
  readonly pauseUntil: EpochMs;
  readonly due: DueTimes;
  readonly lastReasons: string;
}

export interface SentOrder {
  readonly at: EpochMs;
  readonly level: number;
}

/** When each chore is next done. */
export interface DueTimes {
  readonly parametersAt: number;
  readonly saveAt: number;
  readonly brainAt: number;
  readonly reportAt: number;
  readonly volatilityAt: number;
  readonly peersAt: number;
  readonly fundingAt: number;
}
