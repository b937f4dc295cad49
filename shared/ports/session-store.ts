import type { BrainMemory } from '../domain/brain-memory.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { Session } from '../domain/session.ts';
import type { EpochMs, Price, SignedSize, Usd } from '../domain/units.ts';
export type LoadedSession =
  | { readonly kind: 'none' }
  | { readonly kind: 'loaded'; readonly session: Session }
  | { readonly kind: 'unreadable'; readonly problem: string };
export interface MarketMark {
  readonly market: MarketId;
  readonly fence: number;
  readonly at: EpochMs;
  readonly mid: Price;
  readonly position: SignedSize;
  readonly netPnlUsd: Usd;
  readonly peakUsd: Usd;
  readonly dayOpenUsd: Usd;
  readonly limitsSince: EpochMs;
}
export interface SessionStore {
  load(market: MarketId): Promise<LoadedSession>;
  save(session: Session): Promise<'saved' | 'fenced-off'>;
  loadBrain(market: MarketId): Promise<BrainMemory | undefined>;
  saveBrain(
    market: MarketId,
    fence: number,
    brain: BrainMemory,
    at: EpochMs,
  ): Promise<'saved' | 'fenced-off'>;
  saveMark(mark: MarketMark): Promise<'saved' | 'fenced-off'>;
  marks(markets: readonly MarketId[]): Promise<readonly MarketMark[]>;
}
