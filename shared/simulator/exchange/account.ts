import { InvariantError } from '../../domain/failure.ts';
import type { Fill, FundingPayment } from '../../domain/books/fill.ts';
import type { Grid } from '../../domain/order/grid.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import { afterTrade, FLAT, type Position } from '../../domain/books/position.ts';
import { signOf } from '../../domain/order/side.ts';

/** A fill with what the exchange knew at that moment. */
export interface AccountFill extends Omit<Fill, 'market'> {
  readonly market: MarketSymbol;
  /** Mid of the displayed touch at the fill. */
  readonly mid: number;
  readonly clientId: string | undefined;
}

export interface AccountPayment extends Omit<FundingPayment, 'market'> {
  readonly market: MarketSymbol;
}

/**
 * What one account holds in one market. Cash is what trading there brought in so far: fills, fees
 * and funding.
 */
export interface Holding {
  readonly position: Position;
  readonly cashUsd: number;
  readonly realisedUsd: number;
}

/**
 * One account per bearer key. Equity is cash plus positions at the mid; nothing else is money here.
 */
export interface Account {
  readonly key: string;
  readonly depositUsd: number;
  holding(market: MarketSymbol): Holding;
  markets(): readonly MarketSymbol[];
  fills(market: MarketSymbol): readonly AccountFill[];
  payments(market: MarketSymbol): readonly AccountPayment[];
  bookFill(fill: AccountFill, lot: Grid): void;
  bookPayment(payment: AccountPayment): void;
}

interface Books {
  holding: Holding;
  readonly fills: AccountFill[];
  readonly payments: AccountPayment[];
}

const NOTHING: Holding = { position: FLAT, cashUsd: 0, realisedUsd: 0 };

export function createAccount(key: string, depositUsd: number): Account {
  const byMarket = new Map<MarketSymbol, Books>();
  const booksOf = (market: MarketSymbol): Books => {
    const books = byMarket.get(market) ?? { holding: NOTHING, fills: [], payments: [] };
    byMarket.set(market, books);
    return books;
  };
  return {
    key,
    depositUsd,
    holding: (market) => byMarket.get(market)?.holding ?? NOTHING,
    markets: () => [...byMarket.keys()],
    fills: (market) => byMarket.get(market)?.fills ?? [],
    payments: (market) => byMarket.get(market)?.payments ?? [],
    bookFill(fill, lot) {
      const books = booksOf(fill.market);
      const { position, realisedUsd } = afterTrade(
        books.holding.position,
        fill.side,
        fill.size,
        fill.price,
        lot,
      );
      books.holding = {
        position,
        cashUsd: books.holding.cashUsd - signOf(fill.side) * fill.size * fill.price + fill.feeUsd,
        realisedUsd: books.holding.realisedUsd + realisedUsd,
      };
      books.fills.push(fill);
    },
    bookPayment(payment) {
      const books = booksOf(payment.market);
      const last = books.payments.at(-1);
      if (last !== undefined && last.at >= payment.at)
        throw new InvariantError(`funding at ${payment.at} was settled twice in ${payment.market}`);
      books.holding = { ...books.holding, cashUsd: books.holding.cashUsd + payment.amountUsd };
      books.payments.push(payment);
    },
  };
}

/** Equity through one market: its cash plus its position at `mid`. */
export const marketEquityUsd = (holding: Holding, mid: number): number =>
  holding.cashUsd + holding.position.size * mid;
