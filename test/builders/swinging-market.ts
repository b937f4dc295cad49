import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';

const { fundingRate, gap, print, touch } = eventsFrom(BEFORE_FUNDING);

/** A mid that swings, takers on both sides, funding at 60 s and a gap near the end. */
export function swingingMarket(): readonly FeedEvent[] {
  const events: FeedEvent[] = [fundingRate(0, 0.0003)];
  for (let second = 0; second < 110; second += 1) {
    const mid = 60_000 + 30 * Math.round(Math.sin(second / 9) * 10) * 0.1;
    events.push(touch(second * 1000, mid - 0.5, mid + 0.5, 1 + (second % 4)));
    events.push(print(second * 1000 + 500, second % 2 === 0 ? 'sell' : 'buy', mid, 0.02));
    if (second % 5 === 0)
      events.push(
        print(
          second * 1000 + 700,
          second % 2 === 0 ? 'sell' : 'buy',
          mid - 25 + 50 * (second % 2),
          0.05,
        ),
      );
  }
  return [...events, gap(110_000, 125_000), touch(125_000, 59_999.5, 60_000.5)];
}
