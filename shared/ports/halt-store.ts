import type { Halt } from '../domain/halt.ts';
import type { MarketId } from '../domain/market-id.ts';

export interface HaltStore {
  read(market: MarketId): Promise<Halt | undefined>;
  /** The first halt of a market stands until a person lifts it: false when there is one already. */
  put(halt: Halt): Promise<boolean>;
}
