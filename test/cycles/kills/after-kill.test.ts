import { describe, expect, it } from 'vitest';
import { eventsFrom } from '../../builders/feeds.ts';
import { START } from '../../builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  inOrder,
  KEY,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '../../floors/trading-floor.ts';

const { print } = eventsFrom(START);
const CAP_USD = 1000;
const WRITTEN = {
  spreadModel: 'fixed',
  baseSpreadBps: 40,
  quoteSizeUsd: 600,
  maxInventoryUsd: CAP_USD,
  maxBookAgeMs: 2000,
} as const;

interface Story {
  readonly listsLagMs: number;
  readonly mid: (second: number) => number;
  /** No quotes of the market in between: whoever trades it is blind, and cancels. */
  readonly gapMs: readonly [number, number];
  /** Whether the session is there for the successor. */
  readonly isSaved: boolean;
}

/** The first is killed at 24 s, the next one starts at 60 s, and at 63 s somebody sells a lot. */
async function played(story: Story): Promise<{ floor: TradingFloor; mostUsd: number }> {
  const [from, to] = story.gapMs;
  const floor = openFloor({
    events: inOrder(
      quietMarket(240, story.mid).filter(({ at }) => at < START + from || at > START + to),
      print(63_000, 'sell', 99_000, 50),
    ),
    written: WRITTEN,
    listsLagMs: story.listsLagMs,
  });
  const process = aProcess();
  floor.invoke(0, 'first', process.inside(floor.deps.group));
  floor.doAt(24_000, () => {
    expect(floor.resting()).toHaveLength(2);
    process.kill();
  });
  const { sessions } = floor.deps.group;
  const lost = { sessions: { ...sessions, load: async () => ({ kind: 'none' }) as const } };
  floor.invoke(60_000, 'next', story.isSaved ? {} : lost);
  let mostUsd = 0;
  floor.exchange.listen({
    filled: () => void (mostUsd = Math.max(mostUsd, Math.abs(floor.held()) * 100_000)),
  });
  await floor.runFor(230_000);
  return { floor, mostUsd };
}

describe('a start after a kill, where lists do not show yet what the killed one placed', () => {
  it.each<[string, Story]>([
    [
      'after its last save',
      { listsLagMs: 50_000, mid: () => 100_000, gapMs: [6000, 17_000], isSaved: true },
    ],
    [
      'in a session that was lost',
      {
        listsLagMs: 60_000,
        mid: (second) => 100_000 + (second < 20 ? 0 : second < 58 ? 80 : 160),
        gapMs: [0, 0],
        isSaved: false,
      },
    ],
  ])('places nothing beside it, %s, keeps the cap and quotes on later', async (_what, story) => {
    const { floor, mostUsd } = await played(story);
    expect(mostUsd).toBeLessThanOrEqual(CAP_USD);
    expect(floor.failures).toEqual([]);
    const later = floor.exchange.openOrders(KEY, SYMBOL).filter(({ clientId }) => clientId !== '');
    expect(later.length).toBeGreaterThan(0);
  });
});
