import type { BrainMemory } from '../../domain/trading/brain-memory.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import type { Session } from '../../domain/trading/session.ts';
import type { EpochMs } from '../../domain/units.ts';

export type SessionLoaded =
  | { readonly kind: 'none' }
  | { readonly kind: 'loaded'; readonly session: Session }
  /** `problem` names key and attribute. It is rebuilt from ledger and venue, with a warning. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * `fenced-off`: one with a higher fence, or of another group, was saved before, so we have lost the
 * market. `outdated`: a newer one of the same fence was, and is kept.
 */
export type Saved = 'saved' | 'fenced-off' | 'outdated';

/**
 * What a market's trading remembers, in three items of which each is saved whole. A save that was
 * given up may come late: it never takes the place of a newer one.
 */
export interface SessionStore {
  load(market: MarketId): Promise<SessionLoaded>;
  /**
   * `over`: up to which fence another group's may be replaced, 0 unless told. Only who takes a
   * market over tells, by what he loaded: of two that begin at once one is fenced off.
   */
  save(session: Session, over?: number): Promise<Saved>;
  /** One that cannot be read counts as none, with a warning. */
  loadBrain(market: MarketId): Promise<BrainMemory | undefined>;
  saveBrain(market: MarketId, fence: number, brain: BrainMemory, at: EpochMs): Promise<Saved>;
  saveMark(mark: MarketMark): Promise<Saved>;
  /** What cannot be read is left out, with a warning. */
  marks(markets: readonly MarketId[]): Promise<readonly MarketMark[]>;
}
