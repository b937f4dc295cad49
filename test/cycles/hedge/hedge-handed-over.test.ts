import { expect, it } from 'vitest';
import { aProcess } from '#shared/simulation/faults/process.ts';
import { KEY, openFloor, quietMarket, SYMBOL } from '#test/floors/trading-floor.ts';

const HEDGED = {
  spreadModel: 'fixed',
  baseSpreadBps: 100,
  quoteSizeUsd: 100,
  maxInventoryUsd: 1000,
  hedgeThresholdUsd: 500,
  hedgeThresholdRatio: 1,
  hedgeFraction: 0.5,
} as const;

it.each([
  ['and nobody takes over', undefined],
  ['and its session dies just after', 110_000],
])('a breach is hedged once where lists lag a minute, %s (B6)', async (_what, successorMs) => {
  const floor = openFloor({ events: quietMarket(400), written: HEDGED, listsLagMs: 60_000 });
  floor.hedging();
  const process = aProcess();
  floor.invoke(0, 'first', process.inside(floor.deps.group));
  floor.doAt(10_000, () => floor.placeByHand({ side: 'buy', size: 0.008 }));
  if (successorMs !== undefined) {
    floor.doAt(80_000, () => process.kill());
    floor.invoke(successorMs, 'next');
  }
  await floor.runFor(300_000);
  const takers = floor.exchange
    .account(KEY)
    .fills(SYMBOL)
    .filter(({ liquidity }) => liquidity === 'taker');
  // The one by hand, and the hedge.
  expect(takers.map(({ side, size }) => [side, size])).toEqual([
    ['buy', 0.008],
    ['sell', 0.004],
  ]);
  expect(floor.failures).toEqual([]);
});
