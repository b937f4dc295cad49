import { done, type VenueOutcome } from '../../domain/failure.ts';
import type { Fill } from '../../domain/books/fill.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import { mayBeCut, PAGE_ROWS } from '../../domain/venue/pages.ts';
import { epochMs, type EpochMs, price, usd } from '../../domain/units.ts';
import type { EquityChange, FillList } from '../../domain/venue/venue-answers.ts';
import type { AccountHistory } from '../../ports/account-history.ts';
import type { AccountFill } from '../../simulator/exchange/account.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import { pnlWindow } from '../../simulator/purple-flea/pnl-window.ts';
import { type LineToExchange, notQuotedYet } from './line-to-exchange.ts';

/** One account's past at the exchange; its executions are listed that late. */
export const createAccountHistory = (line: LineToExchange, lagMs: number): AccountHistory => {
  const { exchange, accountKey } = line;
  return {
    fills: (market, since) => readFills(line, lagMs, market, since),
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

/**
 * Page by page, as they are read over HTTP: a page that may have been cut is followed by another.
 */
async function readFills(
  line: LineToExchange,
  lagMs: number,
  market: MarketId,
  since: EpochMs,
): Promise<VenueOutcome<FillList>> {
  const known = new Map<string, Fill>();
  for (let from = since; ;) {
    const page = await line.read(1, symbolOf(market), () =>
      done(pageOf(line, lagMs, market, from)),
    );
    if (!page.ok) return page;
    const before = known.size;
    for (const fill of page.value) known.set(fill.id, fill);
    const last = page.value.at(-1)?.at ?? from;
    const isStuck = last <= from && known.size === before;
    if (!mayBeCut(page.value.length) || isStuck)
      return done({ fills: [...known.values()], doubtful: [], clockSkewMs: 0 });
    from = last;
  }
}

function pageOf(
  { exchange, accountKey }: LineToExchange,
  lagMs: number,
  market: MarketId,
  from: EpochMs,
): readonly Fill[] {
  const all = exchange.account(accountKey).fills(symbolOf(market));
  const first = firstAtOrAfter(all, from);
  const end = firstAtOrAfter(all, epochMs(exchange.now() - lagMs + 1));
  return all.slice(first, Math.min(end, first + PAGE_ROWS)).map((fill) => asFill(fill, market));
}

/** No more of a fill than the face shows. */
export const asFill = (fill: AccountFill, market: MarketId): Fill => ({
  id: fill.id,
  market,
  at: fill.at,
  side: fill.side,
  price: fill.price,
  size: fill.size,
  orderId: fill.orderId,
  feeUsd: fill.feeUsd,
  liquidity: fill.liquidity,
});

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
