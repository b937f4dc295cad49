import { describe, expect, it } from 'vitest';
import { encodeItem } from '#shared/adapters/dynamodb/items/item.ts';
import { sessionFields, sessionItem } from '#shared/adapters/dynamodb/items/session-item.ts';
import type { StepRecord } from '#shared/cycles/requote/group-deps.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { sessionOf } from '#shared/market/begin.ts';
import type { SessionStore } from '#shared/ports/stores/session-store.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { after, inOrder, openFloor } from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

/** To and fro by 15 bps every other second. */
const restless = (seconds: number): readonly FeedEvent[] =>
  Array.from({ length: seconds * 2 }, (_, index): FeedEvent => {
    const mid = 100_000 + (index % 4 < 2 ? 150 : 0);
    return {
      type: 'bbo',
      at: after(index * 500),
      bid: mid - 1,
      bidSize: 50,
      ask: mid + 1,
      askSize: 50,
    };
  });

const bytesOf = (session: Session): number =>
  Buffer.byteLength(JSON.stringify(encodeItem(sessionItem, sessionFields(session), 'SESSION')));

describe('a market that wants every quote elsewhere at every look', () => {
  it('is saved all the time, places fewer orders and loses none (E1)', async () => {
    const takers = Array.from({ length: 20 }, (_, index) =>
      print(
        5000 + index * 11_050,
        index % 2 === 0 ? 'sell' : 'buy',
        index % 2 === 0 ? 99_000 : 101_000,
        5,
      ),
    );
    const bytes: number[] = [];
    let measuredAt = 0;
    const onStep = (_market: MarketId, { before, at, rules }: StepRecord): void => {
      if (at < measuredAt + 5000) return;
      measuredAt = at;
      bytes.push(bytesOf(sessionOf(before, 'group', at, rules)));
    };
    const floor = openFloor({
      watch: { onStep },
      events: inOrder(restless(320), ...takers),
      written: {
        spreadModel: 'fixed',
        baseSpreadBps: 10,
        levels: 12,
        levelSpacingBps: 1,
        quoteSizeUsd: 60,
        maxInventoryUsd: 20_000,
      },
    });
    const { sessions } = floor.deps.group;
    let saves = 0;
    const save: SessionStore['save'] = async (session) => {
      saves += 1;
      bytes.push(bytesOf(session));
      return sessions.save(session);
    };
    floor.invoke(0, 'a', { sessions: { ...sessions, save }, sessionMs: 300_000 });
    let bareMs = 0;
    let longestMs = 0;
    for (let at = 5000; at < 295_000; at += 500)
      floor.doAt(at, () => {
        const isBare = new Set(floor.resting().map(({ side }) => side)).size < 2;
        bareMs = isBare ? bareMs + 500 : 0;
        longestMs = Math.max(longestMs, bareMs);
      });
    await floor.runFor(315_000);
    expect(Math.max(...bytes)).toBeLessThan(200_000);
    expect(bytes.length).toBeGreaterThan(50);
    expect(saves).toBeGreaterThan(5);
    expect(longestMs).toBeLessThan(2000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'stopped' } }]);
    expect(floor.fills().venue.length).toBeGreaterThan(100);
    expect(floor.fills().ledger).toEqual(floor.fills().venue);
    expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toEqual([]);
    expect(floor.resting()).toEqual([]);
  });
});
