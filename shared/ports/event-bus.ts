import type { MarketSymbol } from '../domain/market.ts';

export type DomainEvent =
  | {
      readonly type: 'InventoryThresholdBreached';
      readonly market: MarketSymbol;
      readonly hedgeId: string;
      readonly inventoryUsd: number;
      readonly thresholdUsd: number;
      readonly at: number;
    }
  | {
      readonly type: 'HedgeCompleted';
      readonly market: MarketSymbol;
      readonly hedgeId: string;
      readonly outcome: string;
      readonly reducedUsd: number;
      readonly inventoryUsd: number;
      readonly at: number;
    }
  | {
      readonly type: 'FundingTiltSet';
      readonly market: MarketSymbol;
      readonly action: string;
      readonly rateBps: number;
      readonly annualisedYieldPct: number;
      readonly fundingTime: number;
      readonly at: number;
    };

/** Delivery is at least once and unordered: whoever listens re-reads the facts. */
export interface EventBus {
  /** @throws when the bus did not take it. */
  put(event: DomainEvent): Promise<void>;
}
