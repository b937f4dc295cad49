import type { Halt } from '../../domain/trading/halt.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';

export interface HaltStore {
  /**
   * One written by hand with nothing but a cause is a halt, and so is one that cannot be read: it
   * then says what of it cannot be.
   */
  read(market: MarketId): Promise<Halt | undefined>;
  /** The first halt of a market stands until a person lifts it: false when there is one already. */
  put(halt: Halt): Promise<boolean>;
  /** Keeps who lifted it, when and why, and then lifts it. */
  lift(market: MarketId, lifting: Lifting): Promise<'lifted' | 'none'>;
  list(): Promise<readonly Halt[]>;
}

export interface Lifting {
  readonly by: string;
  readonly reason: string;
  readonly at: EpochMs;
}
