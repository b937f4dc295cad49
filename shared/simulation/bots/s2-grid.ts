import { opposite, type Side, signOf } from '../../domain/order/side.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { Bot } from './bot.ts';
import { cents } from './quote-prices.ts';
import type { VendorClient } from './vendor-client.ts';

/**
 * The text's example, 62,000 to 68,000 in ten steps, laid around the first mid as around 65,000.
 */
const LOWER_RATIO = 62 / 65;
const UPPER_RATIO = 68 / 65;
const STEPS = 10;

interface GridOrder {
  readonly level: number;
  readonly side: Side;
  /** Undefined while it could not be placed. */
  readonly id: string | undefined;
}

/**
 * S2's grid: an order at every level, buys below and sells above the first mid; one that is filled
 * is answered by the opposite one a spacing away. What it holds has no limit but the grid's ends,
 * and nobody moves it. One call a turn, one for each order that is gone and one for each that is
 * placed. "Every few seconds" is 5 s, as S1's (A6).
 */
export const s2Grid: Bot = {
  name: 's2-grid',
  pauseMs: 5 * SECOND_MS,
  begin: (client, { quoteSizeUsd }) => {
    let grid: Grid | undefined;
    return async () => {
      if (grid === undefined) {
        const mid = await client.mid();
        if (!mid.ok) return;
        await client.cancelAll();
        grid = gridAround(mid.value);
      } else {
        grid = { ...grid, orders: await afterFills(client, grid) };
      }
      grid = { ...grid, orders: await placeMissing(client, grid, quoteSizeUsd) };
    };
  },
};

interface Grid {
  readonly levels: readonly number[];
  readonly orders: readonly GridOrder[];
}

function gridAround(mid: number): Grid {
  const levels = levelsBetween(mid * LOWER_RATIO, mid * UPPER_RATIO);
  const orders = levels.flatMap((price, level): readonly GridOrder[] => {
    if (cents(price) === cents(mid)) return [];
    return [{ level, side: price < mid ? 'buy' : 'sell', id: undefined }];
  });
  return { levels, orders };
}

/** The text's fault: steps that are added up, so that the last level may be missed. */
function levelsBetween(lower: number, upper: number): readonly number[] {
  const spacing = (upper - lower) / STEPS;
  const levels: number[] = [];
  for (let price = lower; price <= upper; price += spacing) levels.push(price);
  return levels;
}

/**
 * A filled order becomes its counter-order; one that the exchange took off is to be placed again.
 */
async function afterFills(
  client: VendorClient,
  { levels, orders }: Grid,
): Promise<readonly GridOrder[]> {
  const open = await client.openOrders();
  if (!open.ok) return orders;
  const after: GridOrder[] = [];
  for (const order of orders) {
    if (order.id === undefined || open.value.includes(order.id)) {
      after.push(order);
      continue;
    }
    const status = await client.orderStatus(order.id);
    if (!status.ok) after.push(order);
    else if (status.value === 'cancelled') after.push({ ...order, id: undefined });
    else after.push(...counterOrder(order, levels.length));
  }
  return after;
}

/** None beyond the grid's ends. */
function counterOrder({ level, side }: GridOrder, levels: number): readonly GridOrder[] {
  const next = level + signOf(side);
  return next < 0 || next >= levels ? [] : [{ level: next, side: opposite(side), id: undefined }];
}

async function placeMissing(
  client: VendorClient,
  { levels, orders }: Grid,
  sizeUsd: number,
): Promise<readonly GridOrder[]> {
  const placed: GridOrder[] = [];
  for (const order of orders) {
    const price = levels[order.level];
    if (order.id !== undefined || price === undefined) {
      placed.push(order);
      continue;
    }
    const answer = await client.order({
      side: order.side,
      price: cents(price),
      sizeUsd,
      postOnly: false,
    });
    placed.push({ ...order, id: answer.ok ? answer.value : undefined });
  }
  return placed;
}
