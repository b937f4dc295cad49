import { SECOND_MS } from '../../domain/time.ts';
import type { Bot } from './bot.ts';
import { cents, quotePrices } from './quote-prices.ts';

const QUOTING = { spreadBps: 5, lean: 0 };
const HEDGE_ABOVE_ORDERS = 3;

/**
 * S1: a fixed spread around the mid whatever is held; everything is hedged once more than three
 * orders are. Four calls a turn, and one for the hedge (A2, B1).
 */
export const s1Fixed: Bot = {
  name: 's1-fixed',
  pauseMs: 5 * SECOND_MS,
  begin: (client, { quoteSizeUsd }) => {
    return async () => {
      const mid = await client.mid();
      if (!mid.ok) return;
      const { bid, ask } = quotePrices(mid.value, 0, QUOTING);
      await client.cancelAll();
      await client.quote({ bid: cents(bid), ask: cents(ask), sizeUsd: quoteSizeUsd });
      const held = await client.inventoryUsd();
      if (held.ok && Math.abs(held.value) > HEDGE_ABOVE_ORDERS * quoteSizeUsd)
        await client.hedge(1);
    };
  },
};
