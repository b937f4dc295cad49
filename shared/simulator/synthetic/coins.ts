import { InputError } from '../../domain/failure.ts';
import { type Grid, grid } from '../../domain/order/grid.ts';

/**
 * What sets one made-up market apart from another. Ticks and lots are Hyperliquid's, the rest is of
 * its order of magnitude.
 */
export interface SyntheticCoin {
  readonly coin: string;
  readonly startPrice: number;
  readonly tick: Grid;
  readonly lot: Grid;
  /** Of every price move, against BTC. */
  readonly volatilityScale: number;
  /** What rests per basis point of price at the touch, on one side, in a normal market. */
  readonly depthUsdPerBp: number;
  /** The smallest order a noise trader sends. The mean is about four times as much. */
  readonly noiseOrderUsd: number;
  /** Median of what an informed trader wants. */
  readonly informedOrderUsd: number;
}

const COINS: readonly SyntheticCoin[] = [
  {
    coin: 'BTC',
    startPrice: 100_000,
    tick: grid(1),
    lot: grid(0.00001),
    volatilityScale: 1,
    depthUsdPerBp: 400_000,
    noiseOrderUsd: 1000,
    informedOrderUsd: 25_000,
  },
  {
    coin: 'ETH',
    startPrice: 4000,
    tick: grid(0.1),
    lot: grid(0.0001),
    volatilityScale: 1.25,
    depthUsdPerBp: 300_000,
    noiseOrderUsd: 1000,
    informedOrderUsd: 25_000,
  },
  {
    coin: 'SOL',
    startPrice: 200,
    tick: grid(0.01),
    lot: grid(0.01),
    volatilityScale: 1.5,
    depthUsdPerBp: 120_000,
    noiseOrderUsd: 700,
    informedOrderUsd: 12_000,
  },
];

/** @throws InputError naming the coins there are */
export function syntheticCoin(name: string): SyntheticCoin {
  const found = COINS.find(({ coin }) => coin === name);
  if (found !== undefined) return found;
  throw new InputError(
    `there is no synthetic market for ${name}; there is one for each of ${COINS.map(({ coin }) => coin).join(', ')}`,
  );
}
