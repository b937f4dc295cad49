import { reducingSide } from '../../domain/order/side.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { Bot } from './bot.ts';
import { cents, quotePrices } from './quote-prices.ts';
import type { VendorClient } from './vendor-client.ts';

const BASE_BPS = 5;
/**
 * The text's fault: a volatility of 2 % an hour adds 1 bp, where its words promise a spread of 15
 * to 20.
 */
const VOLATILITY_BPS = 50;
const INVENTORY_BPS = 5;
const CAP_BPS = 50;
const LEAN = 0.3;
const HEDGE_ABOVE_RATIO = 0.8;
const HEDGED_SHARE = 0.5;

/**
 * S0: a spread of base, volatility and inventory premium, quotes that lean, half of the position
 * traded away above 80 % of the limit by an order that could turn it round. Five calls a turn, and
 * one for the hedge; an error cancels everything (A3, A8, B1).
 */
export const s0Additive: Bot = {
  name: 's0-additive',
  pauseMs: 3 * SECOND_MS,
  begin: (client, { quoteSizeUsd, maxInventoryUsd }) => {
    return async () => {
      const seen = await look(client);
      if (seen === undefined) {
        await client.cancelAll();
        return;
      }
      const heldRatio = seen.heldUsd / maxInventoryUsd;
      const spreadBps = s0SpreadBps(seen.hourlyVolatility, heldRatio);
      const { bid, ask } = quotePrices(seen.mid, heldRatio, { spreadBps, lean: LEAN });
      await client.cancelAll();
      await client.quote({ bid: cents(bid), ask: cents(ask), sizeUsd: quoteSizeUsd });
      if (Math.abs(heldRatio) > HEDGE_ABOVE_RATIO)
        await client.trade(reducingSide(seen.heldUsd), Math.abs(seen.heldUsd) * HEDGED_SHARE);
    };
  },
};

/** `hourlyVolatility` as a fraction. */
const s0SpreadBps = (hourlyVolatility: number, heldRatio: number): number =>
  Math.min(
    CAP_BPS,
    BASE_BPS + VOLATILITY_BPS * hourlyVolatility + INVENTORY_BPS * Math.abs(heldRatio),
  );

interface Seen {
  readonly mid: number;
  readonly hourlyVolatility: number;
  readonly heldUsd: number;
}

/** Undefined where a call failed or its answer cannot be reckoned with. */
async function look(client: VendorClient): Promise<Seen | undefined> {
  const mid = await client.mid();
  if (!mid.ok) return undefined;
  const volatility = await client.hourlyVolatility();
  if (!volatility.ok || volatility.value === undefined) return undefined;
  const held = await client.inventoryUsd();
  return held.ok
    ? { mid: mid.value, hourlyVolatility: volatility.value, heldUsd: held.value }
    : undefined;
}
