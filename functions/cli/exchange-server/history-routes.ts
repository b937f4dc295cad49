import * as z from 'zod';
import { byTimeThenId } from '#shared/domain/books/fill.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import { DAY_MS, HOUR_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { AccountFill } from '#shared/simulator/exchange/account.ts';
import { count, oneOf, text, time } from './fields.ts';
import { type PnlWindow, pnlWindow } from '#shared/simulator/purple-flea/pnl-window.ts';
import { createRealisedPnl } from './realised-pnl.ts';
import { answered, refused, type Reply } from './reply.ts';
import { accountRoute, inMarket, inMarkets, type Route, type Trading } from './route.ts';
import { baseAsset, longOrShort } from './vendor-words.ts';

const DEFAULT_TRADES = 50;
const MAX_TRADES = 200;
const WINDOWS = { '1h': HOUR_MS, '24h': DAY_MS } as const;

const tradesQuery = z.object({
  symbol: text.optional(),
  since: time.optional(),
  limit: count(MAX_TRADES).default(DEFAULT_TRADES),
});
const period = z.object({ from: time.optional(), to: time.optional() });
const pnlQuery = period.extend({ symbol: text, window: oneOf('1h', '24h').optional() });
const fundingQuery = period.extend({ market: text });

export function historyRoutes(): readonly Route[] {
  const realised = createRealisedPnl();
  return [
    accountRoute(
      ['GET', '/v1/trade/history'],
      tradesQuery,
      ({ symbol, since, limit }, trading, accountKey) =>
        inMarkets(trading, symbol, (markets) => {
          const account = trading.exchange.account(accountKey);
          const trades = markets.flatMap(({ feed: { spec } }) => {
            const gains = realised(account, spec.symbol, spec.lot);
            return pageOf(account.fills(spec.symbol), since, limit).map(({ fill, index }) => ({
              spec,
              fill,
              gainUsd: gains[index] ?? 0,
            }));
          });
          const oldestFirst = trades.sort((a, b) => byTimeThenId(a.fill, b.fill));
          const inOrder = since === undefined ? oldestFirst.toReversed() : oldestFirst;
          return answered({ trades: inOrder.slice(0, limit).map(describeTrade) });
        }),
    ),
    accountRoute(['GET', '/v1/mm/pnl'], pnlQuery, (asked, trading, accountKey) =>
      inMarket(trading, asked.symbol, (market) =>
        within(asked, trading, (from, to) => {
          const pnl = pnlWindow(
            trading.exchange.account(accountKey),
            market,
            from,
            to,
            trading.exchange.now(),
          );
          return answered({ symbol: asked.symbol, from, to, ...describePnl(pnl) });
        }),
      ),
    ),
    accountRoute(
      ['GET', '/v1/funding-history/:market'],
      fundingQuery,
      (asked, trading, accountKey) =>
        inMarket(trading, asked.market, () =>
          within(asked, trading, (from, to) => {
            const payments = trading.exchange.account(accountKey).payments(asked.market);
            const settled = payments.filter(({ at }) => at > from && at <= to);
            return answered({
              market: asked.market,
              payments: settled.map(({ at, rate, amountUsd }) => ({
                time: at,
                rate,
                amount_usd: amountUsd,
              })),
            });
          }),
        ),
    ),
  ];
}

interface NumberedFill {
  readonly fill: AccountFill;
  readonly index: number;
}

/**
 * The first fills at or after `since`, or the last ones where it is not given; at most `limit`.
 * Fills are in the order of time.
 */
function pageOf(
  fills: readonly AccountFill[],
  since: EpochMs | undefined,
  limit: number,
): readonly NumberedFill[] {
  const first =
    since === undefined ? Math.max(0, fills.length - limit) : firstAtOrAfter(fills, since);
  return fills.slice(first, first + limit).map((fill, offset) => ({ fill, index: first + offset }));
}

function firstAtOrAfter(fills: readonly AccountFill[], since: EpochMs): number {
  let [low, high] = [0, fills.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fills[middle]?.at ?? 0) < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In the vendor's words and signs: a fee that costs is positive. */
const describeTrade = ({
  spec,
  fill,
  gainUsd,
}: {
  spec: MarketSpec;
  fill: AccountFill;
  gainUsd: number;
}): Reply['body'] => ({
  id: fill.id,
  orderId: fill.orderId,
  client_order_id: fill.clientId ?? null,
  coin: baseAsset(spec.symbol),
  symbol: spec.symbol,
  side: longOrShort(fill.side),
  sizeUsd: fill.size * fill.price,
  size: fill.size,
  price: fill.price,
  fee: 0 - fill.feeUsd,
  realizedPnl: gainUsd,
  liquidity: fill.liquidity,
  createdAt: Math.floor(fill.at / 1000),
  timestamp: fill.at,
});

type Asked = z.infer<typeof period> & { readonly window?: keyof typeof WINDOWS | undefined };

/**
 * (from, to], from the beginning and until now where not said otherwise. What lies ahead of now is
 * cut off.
 */
function within(
  { from, to, window }: Asked,
  { exchange }: Trading,
  answer: (from: EpochMs, to: EpochMs) => Reply,
): Reply {
  if (window !== undefined && from !== undefined)
    return refused(400, 'INVALID_REQUEST', 'window and from do not go together; allowed: one');
  if (from !== undefined && to !== undefined && from > to)
    return refused(400, 'INVALID_REQUEST', `from is ${from}; allowed: up to to, ${to}`);
  const until = Math.min(to ?? exchange.now(), exchange.now());
  const since = from ?? (window === undefined ? 0 : until - WINDOWS[window]);
  return answer(epochMs(Math.max(0, Math.min(since, until))), epochMs(until));
}

/**
 * USD, costs negative: the six parts sum to `net_pnl`, the change of the account's equity through
 * this market.
 */
const describePnl = (pnl: PnlWindow): Reply['body'] => ({
  spread_income: pnl.spreadIncomeUsd,
  rebates: pnl.rebatesUsd,
  fees_paid: pnl.feesUsd,
  inventory_pnl: pnl.inventoryPnlUsd,
  hedge_cost: pnl.hedgeCostUsd,
  funding: pnl.fundingUsd,
  net_pnl: pnl.netUsd,
  mark_price: pnl.markPrice ?? null,
  net_size: pnl.netSize,
});
