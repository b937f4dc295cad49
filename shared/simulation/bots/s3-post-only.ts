import { SECOND_MS } from '../../domain/time.ts';
import type { Bot } from './bot.ts';
import { cents, quotePrices } from './quote-prices.ts';

const QUOTING = { spreadBps: 10, lean: 0.5 };

/**
 * S3: post-only orders on both sides of a mid that is skewed against what is held, without any
 * limit to it and without a hedge. Five calls a turn. "Every few seconds" is 5 s, as S1's (A2, A8).
 */
export const s3PostOnly: Bot = {
  name: 's3-post-only',
  pauseMs: 5 * SECOND_MS,
  begin: (client, { quoteSizeUsd, maxInventoryUsd }) => {
    return async () => {
      const mid = await client.mid();
      if (!mid.ok) return;
      await client.cancelAll();
      const held = await client.inventoryUsd();
      if (!held.ok) return;
      const { bid, ask } = quotePrices(mid.value, held.value / maxInventoryUsd, QUOTING);
      const order = { sizeUsd: quoteSizeUsd, postOnly: true };
      await client.order({ ...order, side: 'buy', price: cents(bid) });
      await client.order({ ...order, side: 'sell', price: cents(ask) });
    };
  },
};
