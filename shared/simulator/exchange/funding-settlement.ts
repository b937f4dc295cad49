import { fundingPaymentUsd, nextBoundary } from '../../domain/venue/funding.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Account, AccountPayment } from './account.ts';
import type { SimulatedMarket } from './simulated-market.ts';

/** Settles every account's funding once at each boundary of each market. */
export interface FundingSettlement {
  /** The next boundary of any market. */
  nextAt(): EpochMs | undefined;
  /** Settles all markets whose boundary is `nextAt()`. */
  settle(): void;
}

export function createFundingSettlement(
  startsAt: EpochMs,
  markets: readonly SimulatedMarket[],
  accounts: () => readonly Account[],
  onPayment: (accountKey: string, payment: AccountPayment) => void,
): FundingSettlement {
  const due = markets.map((market) => ({
    market,
    at: nextBoundary(startsAt, market.feed.fundingIntervalHours),
  }));
  const earliest = (): EpochMs | undefined => {
    const [first, ...rest] = due;
    return first === undefined
      ? undefined
      : rest.reduce((soonest, { at }) => (at < soonest ? at : soonest), first.at);
  };
  // Asked before every event of every market, and changed once an interval.
  let next = earliest();
  return {
    nextAt: () => next,
    settle() {
      const at = next;
      for (const entry of due) {
        if (entry.at !== at) continue;
        for (const account of accounts()) {
          const payment = paymentOf(account, entry.market, at);
          if (payment === undefined) continue;
          account.bookPayment(payment);
          onPayment(account.key, payment);
        }
        entry.at = nextBoundary(at, entry.market.feed.fundingIntervalHours);
      }
      next = earliest();
    },
  };
}

/** Undefined for an account that is flat, and before the market's first quote. */
function paymentOf(
  account: Account,
  market: SimulatedMarket,
  at: EpochMs,
): AccountPayment | undefined {
  const { symbol } = market.feed.spec;
  const held = account.holding(symbol).position.size;
  const mark = market.mid();
  if (held === 0 || mark === undefined) return undefined;
  const rate = market.fundingRate();
  return { market: symbol, at, rate, amountUsd: fundingPaymentUsd(held, mark, rate) };
}
