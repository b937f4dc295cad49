import type { MarketSymbol } from '../../domain/venue/market.ts';
import { type Account, createAccount, marketEquityUsd } from './account.ts';
import type { SimulatedMarket } from './simulated-market.ts';

export interface Accounts {
  /** Opened on first use. */
  account(key: string): Account;
  all(): readonly Account[];
  /** Deposit plus what every market made of it, marked at the mids. */
  equityUsd(key: string): number;
}

export function createAccounts(
  depositUsd: number,
  markets: ReadonlyMap<MarketSymbol, SimulatedMarket>,
): Accounts {
  const accounts = new Map<string, Account>();
  const account = (key: string): Account => {
    const known = accounts.get(key) ?? createAccount(key, depositUsd);
    accounts.set(key, known);
    return known;
  };
  return {
    account,
    all: () => [...accounts.values()],
    equityUsd(key) {
      const held = account(key);
      return held
        .markets()
        .reduce(
          (sum, symbol) =>
            sum + marketEquityUsd(held.holding(symbol), markets.get(symbol)?.mid() ?? 0),
          held.depositUsd,
        );
    },
  };
}
