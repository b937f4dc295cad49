import { onLot } from '../../domain/order/grid.ts';
import { signOf } from '../../domain/order/side.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Account, AccountFill } from '../exchange/account.ts';
import type { SimulatedMarket } from '../exchange/simulated-market.ts';

/**
 * USD, costs negative: the six parts sum to `netUsd`, which is reckoned from cash and position at
 * both ends, not from them.
 */
export interface PnlWindow {
  /** What maker fills gained against the mid at the fill. */
  readonly spreadIncomeUsd: number;
  readonly rebatesUsd: number;
  readonly feesUsd: number;
  /** What the position gained or lost as the mid moved. */
  readonly inventoryPnlUsd: number;
  /** What taker fills lost against the mid at the fill, without their fees. */
  readonly hedgeCostUsd: number;
  readonly fundingUsd: number;
  readonly netUsd: number;
  /** What the position at the end is marked at; undefined before the first quote. */
  readonly markPrice: number | undefined;
  readonly netSize: number;
}

/**
 * An account's P&L in one market over (from, to]. Ends in the past are marked at the mid the
 * exchange remembers for them, which it samples once a second; `now` is marked at the mid of now.
 */
export function pnlWindow(
  account: Account,
  market: SimulatedMarket,
  from: EpochMs,
  to: EpochMs,
  now: EpochMs,
): PnlWindow {
  const { spec } = market.feed;
  const marks = { start: markAt(market, from, now) ?? 0, end: markAt(market, to, now) };
  const start = cashAndSize(account, market, from);
  const end = cashAndSize(account, market, to);
  const fills = account.fills(spec.symbol).filter(({ at }) => at > from && at <= to);
  const payments = account.payments(spec.symbol).filter(({ at }) => at > from && at <= to);
  return {
    spreadIncomeUsd: sum(fills, (fill) => (fill.liquidity === 'maker' ? edgeUsd(fill) : 0)),
    rebatesUsd: sum(fills, ({ feeUsd }) => Math.max(0, feeUsd)),
    feesUsd: sum(fills, ({ feeUsd }) => Math.min(0, feeUsd)),
    inventoryPnlUsd: inventoryPnlUsd(start.size, marks.start, fills, marks.end ?? 0),
    hedgeCostUsd: sum(fills, (fill) => (fill.liquidity === 'taker' ? edgeUsd(fill) : 0)),
    fundingUsd: sum(payments, ({ amountUsd }) => amountUsd),
    netUsd: end.cash + end.size * (marks.end ?? 0) - (start.cash + start.size * marks.start),
    markPrice: marks.end,
    netSize: end.size,
  };
}

const markAt = (market: SimulatedMarket, at: EpochMs, now: EpochMs): number | undefined =>
  at >= now ? market.mid() : (market.mids.at(at) ?? market.mid());

/** What trading had brought in by then, and what was held. */
function cashAndSize(
  account: Account,
  { feed: { spec } }: SimulatedMarket,
  at: EpochMs,
): { readonly cash: number; readonly size: number } {
  const fills = account.fills(spec.symbol).filter((fill) => fill.at <= at);
  const payments = account.payments(spec.symbol).filter((payment) => payment.at <= at);
  const traded = sum(
    fills,
    ({ side, size, price, feeUsd }) => feeUsd - signOf(side) * size * price,
  );
  return {
    cash: traded + sum(payments, ({ amountUsd }) => amountUsd),
    size: onLot(
      spec.lot,
      sum(fills, ({ side, size }) => signOf(side) * size),
    ),
  };
}

/** What a fill gained against the mid of its moment. */
const edgeUsd = ({ side, size, price, mid }: AccountFill): number =>
  signOf(side) * size * (mid - price);

/** The position held between two fills times the move of the mid between them. */
function inventoryPnlUsd(
  held: number,
  mark: number,
  fills: readonly AccountFill[],
  endMark: number,
): number {
  let [size, mid, total] = [held, mark, 0];
  for (const fill of fills) {
    total += size * (fill.mid - mid);
    size += signOf(fill.side) * fill.size;
    mid = fill.mid;
  }
  return total + size * (endMark - mid);
}

const sum = <T>(items: readonly T[], figure: (item: T) => number): number =>
  items.reduce((total, item) => total + figure(item), 0);
