import type { MarketSymbol } from '../domain/market.ts';
import type { Session } from '../domain/session.ts';

export interface SessionStore {
  load(market: MarketSymbol): Promise<Session | undefined>;
  /** Refused when a session with a higher fence was saved: we have lost the market. */
  save(session: Session): Promise<'saved' | 'fenced-off'>;
}
