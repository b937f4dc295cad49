import type { VenueOutcome } from '../domain/failure.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { Approved } from '../domain/order/order.ts';
import type { EpochMs } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue/venue-abilities.ts';
import type {
  AccountSnapshot,
  CommandResult,
  OrderReport,
  OursCancelled,
  PositionReport,
} from '../domain/venue/venue-answers.ts';

/**
 * One account in one role. Expected failures are values; a command without an answer is never
 * repeated where repeating could trade twice.
 */
export interface Execution {
  readonly can: VenueAbilities;
  /** What is held and what rests, now. */
  account(market: MarketId): Promise<VenueOutcome<AccountSnapshot>>;
  /** What is held, for less than all of the account costs. */
  position(market: MarketId): Promise<VenueOutcome<PositionReport>>;
  /** What rests, likewise. */
  orders(market: MarketId): Promise<VenueOutcome<OrderReport>>;
  /**
   * All in one round trip: nothing waits for anything else. One result per command, matched by its
   * id and never by its place. Nothing is sent at or after `expiresAt`; each is then `not-sent`.
   */
  send(commands: readonly Approved[], expiresAt: EpochMs): Promise<readonly CommandResult[]>;
  /**
   * Cancels what bears our deployment's quote ids in the market, as far as a list shows it, and
   * what the venue calls so, listed or not; everything of the account there where our ids cannot be
   * read. Needs neither state nor lease nor review.
   */
  cancelOurs(market: MarketId, venueIds: readonly string[]): Promise<OursCancelled>;
  /**
   * Everything of this account in the market, whoever placed it. Needs neither state nor lease nor
   * review.
   */
  cancelAll(market: MarketId): Promise<VenueOutcome<'cancelled'>>;
}
