import type { Fill, FundingPayment } from '../domain/books/fill.ts';
import type { Grid } from '../domain/order/grid.ts';
import { afterTrade, FLAT, type Position } from '../domain/books/position.ts';
import type { ProfitAndLoss } from '../domain/books/profit-and-loss.ts';
import { signOf } from '../domain/order/side.ts';
import { type Price, signedSize, usd, type Usd } from '../domain/units.ts';

/**
 * P&L that begins with a position already held: what it was worth until `mid` is not ours to
 * explain.
 */
export function openingProfitAndLoss(position: Position, mid: Price | undefined): ProfitAndLoss {
  return {
    position,
    markPrice: mid,
    spreadIncomeUsd: usd(0),
    makerFeesUsd: usd(0),
    takerFeesUsd: usd(0),
    inventoryPnlUsd: usd(0),
    hedgeCostUsd: usd(0),
    fundingUsd: usd(0),
    volumeUsd: usd(0),
    fills: 0,
  };
}

export const NO_PROFIT_YET: ProfitAndLoss = openingProfitAndLoss(FLAT, undefined);

/** The mid has moved: the position gained or lost by it. */
export function markTo(pnl: ProfitAndLoss, mid: Price): ProfitAndLoss {
  const moved = pnl.markPrice === undefined ? 0 : pnl.position.size * (mid - pnl.markPrice);
  return { ...pnl, markPrice: mid, inventoryPnlUsd: usd(pnl.inventoryPnlUsd + moved) };
}

/**
 * One fill. Against `mid`, the mid at the fill, a maker fill gains spread income and a taker fill
 * (a hedge: quotes are always post-only) pays hedge cost; the position it leaves is carried from
 * that mid on. So, whatever mid is taken, the parts still sum to the change of equity: cash moves
 * by -side x size x price, the position's worth by +side x size x mid.
 */
export function bookFill(pnl: ProfitAndLoss, fill: Fill, mid: Price, lot: Grid): ProfitAndLoss {
  const marked = markTo(pnl, mid);
  const edgeUsd = signOf(fill.side) * (mid - fill.price) * fill.size;
  const maker = fill.liquidity === 'maker';
  return {
    ...marked,
    position: afterTrade(marked.position, fill.side, fill.size, fill.price, lot).position,
    spreadIncomeUsd: usd(marked.spreadIncomeUsd + (maker ? edgeUsd : 0)),
    hedgeCostUsd: usd(marked.hedgeCostUsd + (maker ? 0 : edgeUsd)),
    makerFeesUsd: usd(marked.makerFeesUsd + (maker ? fill.feeUsd : 0)),
    takerFeesUsd: usd(marked.takerFeesUsd + (maker ? 0 : fill.feeUsd)),
    volumeUsd: usd(marked.volumeUsd + fill.price * fill.size),
    fills: marked.fills + 1,
  };
}

export const bookFunding = (pnl: ProfitAndLoss, payment: FundingPayment): ProfitAndLoss => ({
  ...pnl,
  fundingUsd: usd(pnl.fundingUsd + payment.amountUsd),
});

/**
 * The venue's position was not ours: take over the difference at the mid, so that it earns and
 * costs nothing by itself.
 */
export function bookAdjustment(pnl: ProfitAndLoss, position: Position, mid: Price): ProfitAndLoss {
  return {
    ...markTo(pnl, mid),
    position: { size: signedSize(position.size), averageEntry: position.averageEntry },
  };
}

/** The change of equity the parts explain (E1). */
export const netPnlUsd = (pnl: ProfitAndLoss): Usd =>
  usd(
    pnl.spreadIncomeUsd +
      pnl.makerFeesUsd +
      pnl.takerFeesUsd +
      pnl.inventoryPnlUsd +
      pnl.hedgeCostUsd +
      pnl.fundingUsd,
  );

/**
 * What the venue's equity did that our parts do not explain: a lost or doubled fill, a wrong fee, a
 * missed payment.
 */
export const residualUsd = (equityChangeUsd: number, pnl: ProfitAndLoss): Usd =>
  usd(equityChangeUsd - netPnlUsd(pnl));
