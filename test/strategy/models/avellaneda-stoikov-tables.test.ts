import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '#shared/math/random.ts';
import { avellanedaStoikov } from '#shared/strategy/models/avellaneda-stoikov.ts';

const [S0, T, SIGMA, DT, K, A] = [100, 1, 2, 0.005, 1.5, 140];
const STEPS = 200;
const PATHS = 20_000;

type Quoting = (
  mid: number,
  inventory: number,
  timeLeft: number,
) => { readonly bid: number; readonly ask: number };

interface Outcome {
  readonly profit: number;
  readonly stdProfit: number;
  readonly inventory: number;
  readonly stdInventory: number;
}

const inventoryStrategy =
  (gamma: number): Quoting =>
  (mid, inventory, timeLeft) =>
    avellanedaStoikov({ mid, inventory, sigma: SIGMA, gamma, k: K, timeLeft });

/** The inventory strategy's average spread over a path, always around the mid. */
function symmetricStrategy(gamma: number): Quoting {
  const half = averageSpread(gamma) / 2;
  return (mid) => ({ bid: mid - half, ask: mid + half });
}

function averageSpread(gamma: number): number {
  let sum = 0;
  for (let step = 0; step < STEPS; step += 1)
    sum += spreadOf(inventoryStrategy(gamma)(S0, 0, T - step * DT));
  return sum / STEPS;
}

const spreadOf = ({ bid, ask }: ReturnType<Quoting>): number => ask - bid;

/**
 * The paper's section 3.3: the price moves by sigma sqrt(dt) up or down, a quote is filled with
 * probability lambda dt.
 */
function onePath(
  random: Random,
  quote: Quoting,
): { readonly profit: number; readonly inventory: number } {
  const jump = SIGMA * Math.sqrt(DT);
  let [mid, cash, inventory] = [S0, 0, 0];
  for (let step = 0; step < STEPS; step += 1) {
    const { bid, ask } = quote(mid, inventory, T - step * DT);
    if (random.uniform() < Math.min(A * Math.exp(-K * (ask - mid)) * DT, 1)) {
      cash += ask;
      inventory -= 1;
    }
    if (random.uniform() < Math.min(A * Math.exp(-K * (mid - bid)) * DT, 1)) {
      cash -= bid;
      inventory += 1;
    }
    mid += random.uniform() < 0.5 ? jump : -jump;
  }
  return { profit: cash + inventory * mid, inventory };
}

function simulate(quote: Quoting, seed: string): Outcome {
  const random = seededRandom(seed);
  let [profit, profitSquares, inventory, inventorySquares] = [0, 0, 0, 0];
  for (let path = 0; path < PATHS; path += 1) {
    const end = onePath(random, quote);
    profit += end.profit;
    profitSquares += end.profit ** 2;
    inventory += end.inventory;
    inventorySquares += end.inventory ** 2;
  }
  const std = (sum: number, squares: number): number =>
    Math.sqrt(squares / PATHS - (sum / PATHS) ** 2);
  return {
    profit: profit / PATHS,
    stdProfit: std(profit, profitSquares),
    inventory: inventory / PATHS,
    stdInventory: std(inventory, inventorySquares),
  };
}

/**
 * Profit, its standard deviation and that of the final inventory: as printed (1,000 paths), and of
 * 200,000 paths of an independent program.
 */
const TABLES = [
  {
    gamma: 0.1,
    spread: 1.49,
    inventory: { printed: [65.0, 6.6, 2.9], long: [64.91, 6.547, 2.924] },
    symmetric: { printed: [68.4, 12.7, 8.4], long: [68.18, 13.435, 8.406] },
  },
  {
    gamma: 0.01,
    spread: 1.35,
    inventory: { printed: [68.6, 8.7, 5.1], long: [68.4, 8.937, 5.217] },
    symmetric: { printed: [68.8, 12.8, 8.7], long: [68.64, 13.664, 8.694] },
  },
  {
    gamma: 1,
    spread: 3.02,
    inventory: { printed: [31.4, 5.0, 1.7], long: [31.47, 4.855, 1.644] },
    symmetric: { printed: [44.0, 11.0, 5.1], long: [43.7, 10.714, 5.164] },
  },
] as const;

const away = (value: number, from: number): number => Math.abs(value / from - 1);

describe("the paper's tables, 20,000 paths each, fill probability lambda dt", () => {
  it.each(TABLES)(
    'finds profit, risk and inventory of both strategies at gamma $gamma (A4)',
    ({ gamma, spread, inventory, symmetric }) => {
      const ours = simulate(inventoryStrategy(gamma), `inventory/${gamma}`);
      const centred = simulate(symmetricStrategy(gamma), `symmetric/${gamma}`);
      expect(Math.abs(averageSpread(gamma) - spread)).toBeLessThan(0.012);
      for (const [found, table, tolerance] of [
        [ours, inventory, 0.05],
        [centred, symmetric, 0.08],
      ] as const) {
        expect(Math.abs(found.profit - table.printed[0])).toBeLessThan(1);
        expect(away(found.stdProfit, table.printed[1])).toBeLessThan(tolerance);
        expect(away(found.stdInventory, table.printed[2])).toBeLessThan(tolerance);
        expect(Math.abs(found.profit - table.long[0])).toBeLessThan(0.4);
        expect(away(found.stdProfit, table.long[1])).toBeLessThan(0.025);
        expect(away(found.stdInventory, table.long[2])).toBeLessThan(0.025);
        expect(Math.abs(found.inventory)).toBeLessThan(0.25);
      }
      expect(ours.stdProfit).toBeLessThan(centred.stdProfit);
      expect(ours.stdInventory).toBeLessThan(centred.stdInventory);
    },
  );
});
