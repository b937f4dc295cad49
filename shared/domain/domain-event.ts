import type { MarketId } from './venue/market-id.ts';

/** What one function tells the others over the bus. */
export type DomainEvent =
  | {
      readonly type: 'InventoryThresholdBreached';
      readonly market: MarketId;
      readonly hedgeId: string;
      readonly inventoryUsd: number;
      readonly thresholdUsd: number;
      readonly at: number;
    }
  | {
      readonly type: 'HedgeCompleted';
      readonly market: MarketId;
      readonly hedgeId: string;
      readonly outcome: string;
      readonly reducedUsd: number;
      readonly inventoryUsd: number;
      readonly at: number;
    }
  | {
      readonly type: 'FundingTiltSet';
      readonly market: MarketId;
      readonly action: string;
      readonly rateBps: number;
      readonly annualisedYieldPct: number;
      readonly fundingTime: number;
      readonly at: number;
    };
