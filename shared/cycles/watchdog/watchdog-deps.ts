import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { AccountHistory } from '../../ports/account-history.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import type { Log } from '../../ports/log.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ControlStore } from '../../ports/stores/control-store.ts';
import type { HaltStore } from '../../ports/stores/halt-store.ts';
import type { HedgeStore } from '../../ports/stores/hedge-store.ts';
import type { LeaseStore } from '../../ports/stores/lease-store.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import type { SessionStore } from '../../ports/stores/session-store.ts';

/** An account as one sees it who may take orders away and never send one. */
interface WatchedVenue {
  readonly data: Pick<MarketData, 'spec'>;
  readonly execution: Pick<Execution, 'can' | 'orders' | 'cancelOurs'>;
  readonly history: Pick<AccountHistory, 'equityChange'>;
}

export interface WatchdogDeps {
  readonly clock: Clock;
  readonly venue: WatchedVenue;
  readonly leases: Pick<LeaseStore, 'read'>;
  readonly sessions: Pick<SessionStore, 'load' | 'marks'>;
  readonly control: ControlStore;
  readonly hedges: Pick<HedgeStore, 'read'>;
  readonly halts: Pick<HaltStore, 'put'>;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Tells our quotes from those of another deployment on the same account. */
  readonly deployment: string;
}

/** Markets that one lease answers for, under its name. */
export interface WatchedGroup {
  readonly name: string;
  readonly markets: readonly MarketId[];
}

export const WATCHDOG_BOUNDS = {
  /** Its schedule may fire anywhere in a minute, so each run looks twice. */
  lookAgainMs: 30 * SECOND_MS,
  /** Tables that cannot be read are tried once more after this. */
  readAgainMs: 20 * SECOND_MS,
  /** Functions' clocks differ by no more: a lease is over when it is for all of them. */
  clocksMs: SECOND_MS,
  /** What was read longer ago is read again before anything is done by it. */
  freshMs: 2 * SECOND_MS,
  /** A first look that took longer leaves no time for a second. */
  firstLookMs: 45 * SECOND_MS,
  /** A mark older than this says nothing of what a position is worth. */
  markMs: MINUTE_MS,
  /** And one older than this that nobody sees the market. */
  unseenMs: 2 * MINUTE_MS,
  /** A session empties a halted market in this time, or it is done for it. */
  haltedMs: 40 * SECOND_MS,
  /** A breach that is not worked off by then is overdue: its event is given up after five. */
  hedgeMs: 7 * MINUTE_MS,
  /** Markets looked at together. */
  atOnce: 16,
  /** Of the markets that no lease is there for, at least so many are looked at each time. */
  leftInOrder: 10,
} as const;
