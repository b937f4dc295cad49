import type { MarketId } from '../domain/market-id.ts';
import type { Session } from '../domain/session.ts';
import type { TimedMid } from '../domain/view.ts';

export interface SessionStore {
  /**
   * The mid each of these markets was last marked at, and when that was saved; nothing of a market
   * that never was. May be a little old.
   */
  marks(markets: readonly MarketId[]): Promise<Readonly<Record<MarketId, TimedMid>>>;
  load(market: MarketId): Promise<Session | undefined>;
  /** Refused when a session with a higher fence was saved: we have lost the market. */
  save(session: Session): Promise<'saved' | 'fenced-off'>;
}
