import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markTo, netPnlUsd } from '#shared/accounting/profit-and-loss.ts';
import { runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { seededRandom } from '#shared/math/random.ts';
import { START } from '#test/builders/market.ts';
import { faultyVenue, type ReadFault, type SendFault } from '#test/floors/faults/faulty-venue.ts';
import { aProcess, type KillPoint } from '#shared/simulation/faults/process.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  type TradingFloor,
  SYMBOL,
} from '#test/floors/trading-floor.ts';

const CAP = 1000;
const MINUTES = 6;
/**
 * Within what the venue adapter promises: no command arrives later than twice its timeout after it
 * was sent.
 */
const LATE_MS = 1900;

/** A market that wanders and trades through our quotes often. */
function busyMarket(seed: number, seconds: number): readonly FeedEvent[] {
  const random = seededRandom(seed);
  let mid = 100_000;
  return Array.from({ length: seconds * 4 }, (_, index): readonly FeedEvent[] => {
    mid = Math.round(mid * (1 + random.normal() * 0.00012));
    const at = after(index * 250);
    const side = random.uniform() < 0.5 ? 'buy' : 'sell';
    const reach = Math.round(mid * 0.0006 * random.uniform());
    const print: FeedEvent = {
      type: 'trade',
      at,
      side,
      price: side === 'buy' ? mid + 1 + reach : mid - 1 - reach,
      size: 0.0004 + random.uniform() * 0.002,
    };
    return [print, { type: 'bbo', at, bid: mid - 1, bidSize: 1, ask: mid + 1, askSize: 1 }];
  }).flat();
}

interface Story {
  readonly seed: number;
  /** Where the n-th invocation dies, if it does. */
  readonly kills: readonly (KillPoint | undefined)[];
  readonly sends: readonly (SendFault | undefined)[];
  readonly reads: readonly (ReadFault | undefined)[];
}

/** Mostly nothing, once in `every` times something. */
const rarely = <T>(every: number, something: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: every - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: something },
  );

const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.nat(1_000_000),
  kills: fc.array(
    rarely(
      2,
      fc.record({ call: fc.nat(400), when: fc.constantFrom('before' as const, 'after' as const) }),
    ),
    {
      minLength: MINUTES * 2,
      maxLength: MINUTES * 2,
    },
  ),
  sends: fc.array(
    rarely(
      6,
      fc.constantFrom<SendFault>('lost-before', 'lost-after', 'late', 'rejected', 'rate-limited'),
    ),
    {
      minLength: 40,
      maxLength: 40,
    },
  ),
  reads: fc.array(rarely(15, fc.constantFrom<ReadFault>('no-answer', 'rate-limited')), {
    minLength: 60,
    maxLength: 60,
  }),
});

interface Told {
  readonly floor: TradingFloor;
  readonly problems: readonly string[];
  readonly modifies: number;
}

/**
 * Plays a story: a start every half minute, some of which die, with a venue that fails; then the
 * market is switched off.
 */
async function tell(story: Story, modify: ModifyAbility): Promise<Told> {
  const problems: string[] = [];
  let modifies = 0;
  const floor = openFloor({
    events: busyMarket(story.seed, MINUTES * 60 + 240),
    modify,
    watch: {
      onStep(_market, { outputs }) {
        for (const output of outputs)
          if (output.kind === 'send')
            modifies += output.commands.filter(({ kind }) => kind === 'modify').length;
      },
    },
    written: {
      maxInventoryUsd: CAP,
      quoteSizeUsd: 350,
      hedgeThresholdRatio: 0.5,
      spreadModel: 'fixed',
      baseSpreadBps: 6,
    },
    wrapVenue: (venue, clock) =>
      faultyVenue(venue, {
        send: (call) => story.sends[call % story.sends.length],
        read: (call) => story.reads[call % story.reads.length],
        later: (act) => clock.at(epochMs(clock.now() + LATE_MS), 'late', act),
      }),
  });
  const held = { size: 0 };
  floor.exchange.listen({
    filled(_key, fill) {
      const before = held.size;
      held.size = floor.exchange.account(KEY).holding(SYMBOL).position.size;
      if (Math.abs(held.size) > Math.abs(before) && Math.abs(held.size) * fill.price > CAP + 1e-6)
        problems.push(`${Math.abs(held.size) * fill.price} USD held`);
      if (fill.liquidity === 'taker' && Math.abs(held.size) > Math.abs(before))
        problems.push('a hedge opened a position');
    },
    ticked() {
      const open = floor.exchange.openOrders(KEY, SYMBOL);
      for (const side of ['buy', 'sell'] as const)
        if (open.filter((order) => order.side === side).length > 1)
          problems.push(`two ${side} orders rest`);
    },
  });
  const { put } = floor.deps.group.events;
  // At least once: every breach is delivered twice, to invocations of their own.
  floor.deps.group.events.put = async (event) => {
    await put(event);
    if (event.type !== 'InventoryThresholdBreached') return;
    const { market, hedgeId } = event;
    for (const copy of ['first', 'second'])
      floor.clock.at(epochMs(floor.clock.now() + 80), copy, async () => {
        await runHedge(floor.deps.hedge, { market, hedgeId, owner: `${copy}-${event.at}` });
      });
  };
  story.kills.forEach((kill, index) => {
    const deps = aProcess(kill).inside(floor.deps.group);
    floor.invoke(index * 30_000, `start-${index}`, { ...deps, sessionMs: 120_000 });
  });
  const end = MINUTES * 60_000;
  // Whoever holds the market now stops it; if he is dead, the next ones clean up with a venue that
  // answers.
  floor.doAt(end, () => floor.deps.parameters.put(MARKET, { mode: 'off' }));
  const venue = floor.connect(KEY);
  floor.doAt(end + 90_000, () => floor.deps.parameters.put(MARKET, { mode: 'paper' }));
  floor.invoke(end + 91_000, 'last', { venue, sessionMs: 100_000 });
  // A hedge that trades after everybody has left is booked by the next start, though it is off.
  floor.doAt(end + 195_000, () => floor.deps.parameters.put(MARKET, { mode: 'off' }));
  floor.invoke(end + 200_000, 'books', { venue });
  await floor.runFor(end + 230_000);
  return { floor, problems, modifies };
}

const abilities = ['none', 'to-the-back'] as const;

describe('a market whose invocations die anywhere and whose venue fails', () => {
  it.each(abilities)(
    '(modify: %s) loses no fill and books none twice, never exceeds the cap, never doubles an order, and closes its books to the cent (B6, C1, E1)',
    async (modify) => {
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          const { floor, problems } = await tell(story, modify);
          expect(problems).toEqual([]);
          expect(floor.failures).toEqual([]);
          const { venue, ledger } = floor.fills();
          expect(ledger).toEqual(venue);
          const kinds = floor.deps.ledger.all().map(({ entry }) => entry.kind);
          expect(kinds).not.toContain('adjustment');
          expect(floor.exchange.openOrders(KEY, SYMBOL)).toEqual([]);
          const loaded = await floor.deps.group.sessions.load(MARKET);
          const mid = floor.exchange.market(SYMBOL)?.mid() ?? 0;
          const equity = marketEquityUsd(floor.exchange.account(KEY).holding(SYMBOL), mid);
          if (loaded.kind !== 'loaded') throw new Error('no session was saved');
          const { session } = loaded;
          expect(Math.abs(equity - netPnlUsd(markTo(session.pnl, price(mid))))).toBeLessThan(1e-6);
          expect(session.pnl.position.size).toBe(
            floor.exchange.account(KEY).holding(SYMBOL).position.size,
          );
        }),
        { numRuns: 12, seed: 273781231 },
      );
    },
    120_000,
  );

  it.each(abilities)(
    '(modify: %s) does trade and hedge in these stories',
    async (modify) => {
      const quiet = Array.from({ length: MINUTES * 2 }, () => undefined);
      const story = { seed: 5, kills: quiet, sends: [undefined], reads: [undefined] };
      const { floor, modifies } = await tell(story, modify);
      expect(modifies > 100).toBe(modify !== 'none');
      expect(
        floor.exchange
          .account(KEY)
          .fills(SYMBOL)
          .filter(({ liquidity }) => liquidity === 'maker').length,
      ).toBeGreaterThan(20);
      expect(floor.events.filter(({ type }) => type === 'HedgeCompleted').length).toBeGreaterThan(
        0,
      );
      expect(START).toBeLessThan(floor.clock.now());
    },
    30_000,
  );
});
