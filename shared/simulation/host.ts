import type { GroupWatch } from '../cycles/requote/group-deps.ts';
import type { StoredFact } from '../domain/books/ledger-entry.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import type { Parameters } from '../domain/parameters/parameters.ts';
import type { QuotingTally } from '../domain/trading/session.ts';
import type { EpochMs } from '../domain/units.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { Exchange } from '../simulator/exchange/exchange.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** What a simulation gives a host to run a deployment in. */
export interface World<Clock extends SimulatedClock = SimulatedClock> {
  readonly clock: Clock;
  readonly exchange: Exchange;
  /** The account the deployment trades on. */
  readonly accountKey: string;
  readonly markets: readonly MarketId[];
  readonly fundingIntervalHours: number;
  /** Each way, in ms, between the functions and the exchange. */
  readonly latencyMs: number;
  /** Items of the Parameters table: `DEFAULT`, and markets by their full ids. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What these items put in force in a market. */
  readonly parametersOf: (market: MarketSymbol) => Parameters;
  readonly watch: GroupWatch;
}

/** A deployment that runs: what can be done to it, and what it has to show. */
export interface RunningHost {
  /** As a person would: `mode` off in every market; and no schedule fires any more. */
  switchOff(): Promise<void>;
  /** Functions that are running now. */
  running(): number;
  /** Of [from, to), by the fact's time. */
  facts(market: MarketId, from: EpochMs, to: EpochMs): Promise<readonly StoredFact[]>;
  session(market: MarketId): Promise<QuotingTally | undefined>;
  events(): readonly DomainEvent[];
  /** That the exchange was sent by all functions, and by the one that quotes a market. */
  requests(): number;
  requestsOf(market: MarketId): number;
  invocations(): number;
  /** What must not happen in a run: failed functions, dead letters. */
  problems(): readonly string[];
  close(): Promise<void>;
}

/** Where a deployment runs in simulated time. */
export interface Host<Clock extends SimulatedClock = SimulatedClock> {
  clock(options: {
    readonly startsAt: EpochMs;
    readonly beforeJump: (to: EpochMs) => Promise<void> | void;
  }): Clock;
  open(world: World<Clock>): Promise<RunningHost>;
}
