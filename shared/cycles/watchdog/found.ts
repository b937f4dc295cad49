import type { MarketId } from '../../domain/venue/market-id.ts';

/** What was found of ours in a market that must be empty, and how much of it may still rest. */
export interface TakenAway {
  readonly found: number;
  readonly left: number;
}

/** How a market was found: each is a level that stays until it is mended. */
export interface MarketFound extends TakenAway {
  /** It should be traded, and nobody answers for it. */
  readonly isUnattended: boolean;
  /** Somebody does, and has not seen it for a while. */
  readonly isUnseen: boolean;
  readonly isHalted: boolean;
  readonly isRefused: boolean;
  readonly isHedgeOverdue: boolean;
}

/** What one look found. */
export type Look =
  | { readonly kind: 'seen'; readonly markets: Readonly<Record<MarketId, MarketFound>> }
  /** The tables could not be read: what was taken away then. */
  | { readonly kind: 'blind'; readonly markets: Readonly<Record<MarketId, TakenAway>> };
