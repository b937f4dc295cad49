import * as z from 'zod';
import { unrealisedUsd } from '#shared/domain/books/position.ts';
import type { Account } from '#shared/simulator/exchange/account.ts';
import type { SimulatedMarket } from '#shared/simulator/exchange/simulated-market.ts';
import { text } from './fields.ts';
import { answered, type Reply } from './reply.ts';
import { accountRoute, inMarket, type Route } from './route.ts';

const symbol = z.object({ symbol: text });

export const inventoryRoutes: readonly Route[] = [
  accountRoute(['GET', '/v1/mm/inventory'], symbol, (asked, trading, accountKey) =>
    inMarket(trading, asked.symbol, (market) => {
      const { net_usd: usdAtMark, ...rest } = describePosition(
        trading.exchange.account(accountKey),
        market,
      );
      return answered({ ...rest, net_delta_usd: usdAtMark });
    }),
  ),
  accountRoute(['GET', '/v1/positions/:symbol'], symbol, (asked, trading, accountKey) =>
    inMarket(trading, asked.symbol, (market) =>
      answered(describePosition(trading.exchange.account(accountKey), market)),
    ),
  ),
  accountRoute(['GET', '/v1/positions'], z.object({}), (_, { exchange }, accountKey) => {
    const account = exchange.account(accountKey);
    const held = exchange.symbols().filter((each) => account.holding(each).position.size !== 0);
    const positions = held
      .flatMap((each) => exchange.market(each) ?? [])
      .map((market) => describePosition(account, market));
    return answered({ positions });
  }),
  accountRoute(['GET', '/v1/balance'], z.object({}), (_, { exchange }, accountKey) => {
    const account = exchange.account(accountKey);
    const sum = (figure: (market: SimulatedMarket) => number): number =>
      exchange.symbols().reduce((total, each) => {
        const market = exchange.market(each);
        return market === undefined ? total : total + figure(market);
      }, 0);
    return answered({
      balance: {
        total_equity: exchange.equityUsd(accountKey),
        total_deposited: account.depositUsd,
        unrealised_pnl: sum((market) => unrealised(account, market)),
        total_realised_pnl: sum(({ feed }) => account.holding(feed.spec.symbol).realisedUsd),
        total_fees_paid: sum(({ feed }) =>
          account.fills(feed.spec.symbol).reduce((paid, { feeUsd }) => paid - feeUsd, 0),
        ),
        total_funding: sum(({ feed }) =>
          account.payments(feed.spec.symbol).reduce((got, { amountUsd }) => got + amountUsd, 0),
        ),
      },
    });
  }),
];

/**
 * Long is positive. Marked at the mid; before the first quote there is no mark, and no position
 * either.
 */
function describePosition(account: Account, market: SimulatedMarket): Reply['body'] {
  const { position } = account.holding(market.feed.spec.symbol);
  const mark = market.mid();
  return {
    symbol: market.feed.spec.symbol,
    net_usd: position.size * (mark ?? 0),
    net_size: position.size,
    average_entry_price: position.averageEntry ?? null,
    unrealized_pnl: unrealised(account, market),
    mark_price: mark ?? null,
  };
}

const unrealised = (account: Account, market: SimulatedMarket): number =>
  unrealisedUsd(account.holding(market.feed.spec.symbol).position, market.mid() ?? 0);
