import fc from 'fast-check';
import type { ParameterVersion, Parameters } from '#shared/domain/parameters/parameters.ts';
import { opposite } from '#shared/domain/order/side.ts';
import { bps, price, size } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView } from '#shared/domain/venue/view.ts';
import { decide } from '#shared/strategy/decide.ts';
import type { Decision } from '#shared/strategy/decision.ts';
import { between, maybe } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import {
  aBrain,
  aCheckedBook,
  aFundingTilt,
  after,
  aPosition,
  aSpec,
  aView,
  parameters,
} from '#test/builders/market.ts';
import { MODELS } from './decisions.ts';

/**
 * A market around a mid of 100 in a unit of its own, so that the same one can be had at any price
 * level.
 */
export interface Scene {
  readonly bidSize: number;
  readonly askSize: number;
  readonly halfWidth: number;
  readonly inventoryRatio: number;
  readonly volatility: number | undefined;
  readonly makerBps: number;
  readonly tilt: number;
  readonly trades: readonly {
    readonly side: 'buy' | 'sell';
    readonly usd: number;
    readonly beyondBps: number;
  }[];
  readonly markoutBps: number | undefined;
}

export const scenes: fc.Arbitrary<Scene> = fc.record({
  bidSize: fc.oneof(fc.constant(0), between(1e-6, 1e6)),
  askSize: fc.oneof(fc.constant(0), between(1e-6, 1e6)),
  halfWidth: between(0.001, 0.1),
  inventoryRatio: between(-1.3, 1.3),
  volatility: maybe(between(0, 0.2)),
  makerBps: between(-3, 6),
  tilt: between(-1, 1),
  trades: fc.array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      usd: between(1, 1e6),
      beyondBps: between(-5, 50),
    }),
    { maxLength: 5 },
  ),
  markoutBps: maybe(between(-20, 20)),
});

export const settings: fc.Arbitrary<Partial<Parameters>> = fc.record({
  spreadModel: fc.constantFrom(...MODELS),
  baseSpreadBps: between(0.1, 200),
  maxSpreadBps: between(1, 500),
  skewFactor: between(0, 1),
  riskAversion: between(1e-4, 1),
  fillDecay: maybe(between(0.02, 5)),
  arrivalRate: between(1e-3, 10),
  horizonSeconds: between(1, 3600),
  levels: fc.integer({ min: 1, max: 5 }),
  levelSpacingBps: between(0.1, 50),
  levelSizeStep: between(0, 2),
  quoteSizeUsd: between(20, 1000),
  flowGain: between(-1, 1),
  micropriceWeight: between(0, 1),
  volBreakerAction: fc.constantFrom('widen' as const, 'stop' as const),
  gridLowerPrice: fc.constant(90),
  gridUpperPrice: fc.constant(110),
  gridCount: fc.integer({ min: 1, max: 50 }),
  maxMarketSpreadBps: fc.constant(5000),
  capitalUsd: maybe(between(1000, 20_000)),
});

export const CAP = 1000;

/** The scene at a price level; mirrored: everything that was long is short. */
export function viewOf(scene: Scene, scale = 1, mirrored = false): MarketView {
  const mid = 100 * scale;
  const sign = mirrored ? -1 : 1;
  const levels = (side: 1 | -1, amount: number) => [
    { price: mid + side * scene.halfWidth * scale, size: amount / scale },
  ];
  const [bid, ask] = mirrored ? [scene.askSize, scene.bidSize] : [scene.bidSize, scene.askSize];
  const trades = scene.trades.map((trade, index): MarketTrade => {
    const side = mirrored ? opposite(trade.side) : trade.side;
    const paid = mid * (1 + ((side === 'buy' ? 1 : -1) * trade.beyondBps) / 1e4);
    return {
      at: after(-100 * (index + 1)),
      side,
      price: price(paid),
      size: size(trade.usd / paid),
    };
  });
  const targetRatio = sign * scene.tilt;
  return aView({
    spec: aSpec({
      tick: Number((0.001 * scale).toFixed(9)),
      lot: Number((0.000_01 / scale).toFixed(12)),
      makerBps: scene.makerBps,
    }),
    fees: { makerBps: bps(scene.makerBps), takerBps: bps(5) },
    book: aCheckedBook(levels(-1, bid), levels(1, ask)),
    position: aPosition((sign * scene.inventoryRatio * CAP) / mid, mid),
    venueHourlyVolatility: scene.volatility,
    averageMarkoutBps: scene.markoutBps,
    trades,
    tilt: aFundingTilt({ action: targetRatio > 0 ? 'lean_long' : 'lean_short', targetRatio }),
    cadence: { secondsToNextRequote: 3, latencySeconds: 0.2 },
  });
}

export const parametersAt = (over: Partial<Parameters>, scale = 1): ParameterVersion =>
  parameters({
    maxInventoryUsd: CAP,
    ...over,
    gridLowerPrice: 90 * scale,
    gridUpperPrice: 110 * scale,
  });

export const decideOn = (
  scene: Scene,
  over: Partial<Parameters>,
  scale = 1,
  mirrored = false,
): Decision => {
  const view = viewOf(scene, scale, mirrored);
  return decide(
    view,
    { ...aBrain, last: { at: after(-3000), mid: 100 * scale } },
    parametersAt(over, scale),
  );
};
