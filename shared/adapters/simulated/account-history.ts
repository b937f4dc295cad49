import { done, type VenueOutcome } from '../../domain/failure.ts';
import type { Fill } from '../../domain/fill.ts';
import { type MarketId, symbolOf } from '../../domain/market-id.ts';
import { epochMs, type EpochMs, price, usd } from '../../domain/units.ts';
import type { EquityChange } from '../../domain/venue-answers.ts';
import type { AccountHistory } from '../../ports/account-history.ts';
import type { AccountFill } from '../../simulator/exchange/account.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import { pnlWindow } from '../../simulator/purple-flea/pnl-window.ts';
import { type LineToExchange, notQuotedYet } from './line-to-exchange.ts';

/** One account's past at the exchange. */
export const createAccountHistory = (line: LineToExchange): AccountHistory => {
  const { exchange, accountKey } = line;
  return {
    fills: (market, since) =>
      line.read(1, symbolOf(market), () => {
        const all = exchange.account(accountKey).fills(symbolOf(market));
        const fills = all
          .slice(firstAtOrAfter(all, since))
          .map((fill) => asVenueFill(market, fill));
        return done({ fills, doubtful: [] });
      }),
    fundingPayments: (market, after, until) =>
      line.read(1, symbolOf(market), () =>
        done(
          exchange
            .account(accountKey)
            .payments(symbolOf(market))
            .filter(({ at }) => at > after && at <= until)
            .map((payment) => ({ ...payment, market })),
        ),
      ),
    equityChange: (market, since) =>
      line.read(1, symbolOf(market), (found) => equityChange(line, found, since)),
  };
};

/** What a venue tells of an execution: not the mid that the exchange knew at that moment. */
const asVenueFill = (
  market: MarketId,
  { id, at, side, price: paid, size, feeUsd, liquidity, orderId }: AccountFill,
): Fill => ({ id, market, at, side, price: paid, size, feeUsd, liquidity, orderId });

/** Fills are in the order of time. */
function firstAtOrAfter(fills: readonly Pick<Fill, 'at'>[], since: EpochMs): number {
  let [low, high] = [0, fills.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fills[middle]?.at ?? 0) < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

function equityChange(
  { exchange, accountKey }: LineToExchange,
  market: SimulatedMarket,
  since: EpochMs,
): VenueOutcome<EquityChange> {
  const now = exchange.now();
  const from = epochMs(Math.min(since, now));
  const pnl = pnlWindow(exchange.account(accountKey), market, from, now, now);
  if (pnl.markPrice === undefined) return notQuotedYet(market.feed.spec.symbol);
  return done({
    netUsd: usd(pnl.netUsd),
    markPrice: price(pnl.markPrice),
    positionSize: pnl.netSize,
  });
}
