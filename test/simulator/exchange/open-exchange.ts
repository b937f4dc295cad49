import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import { anExchange, eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';

const { touch } = eventsFrom(START);

export const OPENED = [touch(0, 99.9, 100.1, 10)];

/** An exchange whose first events have happened. */
export function openExchange(...options: Parameters<typeof anExchange>): Exchange {
  const exchange = anExchange(...options);
  exchange.advanceTo(START);
  return exchange;
}

export const heldBy = (exchange: Exchange, key: string): number =>
  exchange.account(key).holding('BTC-PERP').position.size;
