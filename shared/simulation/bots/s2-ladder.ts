import { SIDES, signOf } from '../../domain/order/side.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { bpsToRatio, ratioToBps } from '../../domain/units.ts';
import type { Bot, Budget } from './bot.ts';
import { cents, quotePrices } from './quote-prices.ts';
import type { LimitOrder } from './vendor-acts.ts';

/** The text's example: 8 bps on each side. */
const QUOTING = { spreadBps: 16, lean: 0.5 };
const LEVELS = 5;
const SPACING_BPS = 10;
const SIZE_STEP = 0.5;
const REQUOTE_DRIFT_BPS = 5;
const OFF_ABOVE_RATIO = 0.9;

/**
 * S2's ladder: five levels a side, larger outwards, quoted anew only when the mid has drifted by
 * more than 5 bps, and then by orders that may trade at once. Above 90 % of the limit both sides
 * are off, so that nothing brings the position back: the text leaves that to an emergency call by
 * hand. Two calls a turn, and eleven for a new ladder. "Every few seconds" is 5 s, as S1's (A7, A8,
 * A9, C1).
 */
export const s2Ladder: Bot = {
  name: 's2-ladder',
  pauseMs: 5 * SECOND_MS,
  begin: (client, budget) => {
    let quotedMid: number | undefined;
    return async () => {
      const mid = await client.mid();
      if (!mid.ok) return;
      const held = await client.inventoryUsd();
      if (!held.ok) return;
      const heldRatio = held.value / budget.maxInventoryUsd;
      if (Math.abs(heldRatio) > OFF_ABOVE_RATIO) {
        await client.cancelAll();
        quotedMid = undefined;
        return;
      }
      if (quotedMid !== undefined && driftBps(quotedMid, mid.value) <= REQUOTE_DRIFT_BPS) return;
      await client.cancelAll();
      for (const order of ladder(mid.value, heldRatio, budget)) await client.order(order);
      quotedMid = mid.value;
    };
  },
};

const driftBps = (from: number, to: number): number => ratioToBps(Math.abs(to - from) / from);

/** Level by level, nearest first. */
function ladder(
  mid: number,
  heldRatio: number,
  { quoteSizeUsd }: Pick<Budget, 'quoteSizeUsd'>,
): readonly LimitOrder[] {
  const { bid, ask } = quotePrices(mid, heldRatio, QUOTING);
  return Array.from({ length: LEVELS }, (_, level) => level).flatMap((level) =>
    SIDES.map((side) => ({
      side,
      price: cents(
        (side === 'buy' ? bid : ask) - signOf(side) * level * mid * bpsToRatio(SPACING_BPS),
      ),
      sizeUsd: quoteSizeUsd * (1 + SIZE_STEP * level),
      postOnly: false,
    })),
  );
}
