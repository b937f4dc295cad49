import type { MarketEvent } from '../../domain/trading/market-event.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { DecisionRecord, Output } from '../../market/output.ts';
import type { MarketState } from '../../market/state.ts';
import type { Rules } from '../../market/rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import type { ControlStore } from '../../ports/stores/control-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HaltStore } from '../../ports/stores/halt-store.ts';
import type { HedgeStore } from '../../ports/stores/hedge-store.ts';
import type { LeaseStore } from '../../ports/stores/lease-store.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ParameterStore } from '../../ports/stores/parameter-store.ts';
import type { SessionStore } from '../../ports/stores/session-store.ts';

/** Everything a quoting group needs from outside. */
export interface GroupDeps {
  readonly clock: Clock;
  readonly venue: ConnectedVenue;
  readonly leases: Omit<LeaseStore, 'list'>;
  readonly sessions: SessionStore;
  readonly ledger: Ledger;
  readonly parameters: Pick<ParameterStore, 'recorded' | 'record'>;
  readonly control: ControlStore;
  readonly hedges: Pick<HedgeStore, 'open' | 'read'>;
  readonly halts: Pick<HaltStore, 'put'>;
  readonly events: EventBus;
  readonly log: Log;
  /** Figures of one market each. */
  readonly metrics: (market: MarketId) => Metrics;
  /** For whoever explains, replays or measures a run; nobody on AWS. */
  readonly watch?: GroupWatch | undefined;
}

/** Told of everything a market's trading hears and wants. */
export interface GroupWatch {
  onDecision?: ((market: MarketId, record: DecisionRecord) => void) | undefined;
  onStep?: ((market: MarketId, stepped: StepRecord) => void) | undefined;
}

export interface StepRecord {
  readonly event: MarketEvent;
  readonly at: EpochMs;
  readonly before: MarketState;
  readonly outputs: readonly Output[];
  readonly rules: Rules;
}

/** What one invocation is asked to do. */
export interface GroupRequest {
  readonly group: string;
  readonly markets: readonly MarketId[];
  readonly deployment: string;
  /** Other quoted markets whose mids are watched for joint moves (C8). */
  readonly peers: readonly MarketId[];
  /** Names this invocation, as no other is named. */
  readonly owner: string;
  /** Trading ends here: without a successor the group leaves by a stop. */
  readonly deadline: EpochMs;
  /** What is not proven empty by then is left to the next start. */
  readonly giveUpAt: EpochMs;
}
