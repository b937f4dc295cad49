import type { Position } from './position.ts';
import type { Price, Usd } from '../units.ts';

/**
 * Running P&L of one market, in USD, costs negative. The parts sum to the change of venue equity
 * since the beginning: spreadIncome + makerFees + takerFees + inventoryPnl + hedgeCost + funding =
 * net.
 */
export interface ProfitAndLoss {
  readonly position: Position;
  /** The mid that inventoryPnl is marked to; undefined before the first. */
  readonly markPrice: Price | undefined;
  /** What maker fills gained against the mid at the fill. */
  readonly spreadIncomeUsd: Usd;
  /** Signed fees of maker fills: a rebate is positive. */
  readonly makerFeesUsd: Usd;
  readonly takerFeesUsd: Usd;
  /** What the position gained or lost as the mid moved, realised and unrealised. */
  readonly inventoryPnlUsd: Usd;
  /** What taker fills lost against the mid at the fill, without their fees. */
  readonly hedgeCostUsd: Usd;
  readonly fundingUsd: Usd;
  readonly volumeUsd: Usd;
  readonly fills: number;
}
