import type { Grid } from '#shared/domain/order/grid.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { afterTrade, FLAT, type Position } from '#shared/domain/books/position.ts';
import type { Account } from '#shared/simulator/exchange/account.ts';

/**
 * What each fill of an account in a market realised against the average entry, before fees, in the
 * order of its fills. USD.
 */
export type RealisedPnl = (account: Account, market: MarketSymbol, lot: Grid) => readonly number[];

interface Walk {
  position: Position;
  readonly realised: number[];
}

/** Walks each account's fills once, however often it is asked. */
export function createRealisedPnl(): RealisedPnl {
  const walks = new WeakMap<Account, Map<MarketSymbol, Walk>>();
  return (account, market, lot) => {
    const ofAccount = walks.get(account) ?? new Map<MarketSymbol, Walk>();
    walks.set(account, ofAccount);
    const walk = ofAccount.get(market) ?? { position: FLAT, realised: [] };
    ofAccount.set(market, walk);
    for (const fill of account.fills(market).slice(walk.realised.length)) {
      const change = afterTrade(walk.position, fill.side, fill.size, fill.price, lot);
      walk.position = change.position;
      walk.realised.push(change.realisedUsd);
    }
    return walk.realised;
  };
}
