import { describe, expect, it } from 'vitest';
import { netPnlUsd, markTo } from '#shared/accounting/profit-and-loss.ts';
import { bookEntry } from '#shared/accounting/from-ledger.ts';
import { NO_PROFIT_YET } from '#shared/accounting/profit-and-loss.ts';
import { runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import type { ProfitAndLoss } from '#shared/domain/books/profit-and-loss.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aSpec } from '#test/builders/market.ts';
import { aProcess, type KillPoint, type Process } from '#shared/simulation/faults/process.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const LIVE = { mode: 'live', spreadModel: 'fixed', baseSpreadBps: 10, quoteSizeUsd: 100 };
const HEDGED = { ...LIVE, maxInventoryUsd: 1000, hedgeThresholdUsd: 150 };

interface Story {
  readonly written: Readonly<Record<string, unknown>>;
  readonly events: readonly FeedEvent[];
  readonly play?: (floor: TradingFloor) => void;
  /** Which invocation dies. */
  readonly victim: 'first' | 'successor' | 'hedge';
  readonly ends: 'two sides' | 'empty';
  readonly hedges: number;
  /** From when on it is the same story: before, nothing was begun that could be lost. */
  readonly fromMs?: number;
}

const sorted = (events: readonly FeedEvent[]): readonly FeedEvent[] =>
  [...events].sort((a, b) => a.at - b.at);

const SECONDS = 430;
const fills = [print(8200, 'sell', 99_900, 5), print(14_200, 'buy', 100_300, 5)];
const breach = (floor: TradingFloor): void =>
  floor.doAt(10_000, () => floor.placeByHand({ side: 'sell', size: 0.002 }));

const STORIES: Readonly<Record<string, Story>> = {
  quiet: {
    written: LIVE,
    events: quietMarket(SECONDS),
    hedges: 0,
    victim: 'first',
    ends: 'two sides',
  },
  filled: {
    written: LIVE,
    events: sorted([...quietMarket(SECONDS), ...fills]),
    hedges: 0,
    victim: 'first',
    ends: 'two sides',
  },
  'handed over': {
    written: LIVE,
    events: sorted([...quietMarket(SECONDS), ...fills]),
    hedges: 0,
    victim: 'successor',
    ends: 'two sides',
  },
  'hedged beside its quotes': {
    written: HEDGED,
    events: quietMarket(SECONDS),
    play: breach,
    hedges: 1,
    fromMs: 5e3,
    victim: 'first',
    ends: 'two sides',
  },
  'whose hedge dies': {
    written: HEDGED,
    events: quietMarket(SECONDS),
    play: breach,
    hedges: 1,
    victim: 'hedge',
    ends: 'two sides',
  },
  halted: {
    written: {
      ...LIVE,
      sessionStopLossUsd: 1,
    },
    events: sorted([
      ...quietMarket(SECONDS, (at) => (at > 12 ? 98e3 : 1e5)),
      print(8200, 'sell', 99900, 5),
    ]),
    hedges: 0,
    victim: 'first',
    ends: 'empty',
    fromMs: 5e3,
  },
  'given a refused edit': {
    written: LIVE,
    events: quietMarket(SECONDS),
    hedges: 0,
    play: (floor) =>
      floor.doAt(9e3, () =>
        floor.deps.parameters.put(MARKET, {
          ...LIVE,
          quoteSizeUsd: -1,
        }),
      ),
    victim: 'first',
    ends: 'two sides',
    fromMs: 5e3,
  },
  'switched off': {
    written: LIVE,
    events: sorted([...quietMarket(SECONDS), ...fills]),
    hedges: 0,
    play: (floor) =>
      floor.doAt(16e3, () =>
        floor.deps.parameters.put(MARKET, {
          ...LIVE,
          mode: 'off',
        }),
      ),
    victim: 'first',
    ends: 'empty',
  },
};

interface Told {
  readonly floor: TradingFloor;
  readonly victim: Process;
  /** Longest time orders of ours rested without a live lease, in ms. */
  readonly unownedMs: number;
  /** Its calls before the story begins. */
  readonly before: number;
  readonly listsLagMs: number;
}

/** Plays a story in which one process dies; a start a minute goes on from what was durable. */
async function tell(story: Story, listsLagMs: number, kill: KillPoint | undefined): Promise<Told> {
  const { written, events, play } = story;
  const spec = aSpec({ simulated: false });
  const floor = openFloor({ events, written, spec, latencyMs: 40, listsLagMs });
  const victim = aProcess(kill);
  const { group } = floor.deps;
  let before = 0;
  if (story.fromMs !== undefined) floor.doAt(story.fromMs, () => void (before = victim.calls()));
  const dying = victim.inside(group);
  if (story.victim === 'hedge') hedgesDying(floor, victim);
  else floor.hedging();
  floor.invoke(0, 'first', story.victim === 'first' ? dying : {});
  if (story.victim === 'successor') {
    const { leases } = group;
    const read = async (name: string) => {
      const lease = await leases.read(name);
      return lease && { ...lease, acquiredAt: after(-12 * 60_000) };
    };
    floor.invoke(11_000, 'successor', victim.inside({ ...group, leases: { ...leases, read } }));
  }
  play?.(floor);
  for (const minute of [1, 2, 3]) floor.invoke(minute * 60_000, `minute-${minute}`);
  let unownedMs = 0;
  floor.doAt(500, async () => {
    for (let since = floor.clock.now(); floor.clock.now() < after(250_000);) {
      await floor.clock.sleep(500);
      const lease = await group.leases.read(MARKET);
      const isOwned = lease !== undefined && lease.expiresAt >= floor.clock.now();
      if (isOwned || floor.resting().length === 0) since = floor.clock.now();
      unownedMs = Math.max(unownedMs, floor.clock.now() - since);
    }
  });
  // The books are compared when lists have shown the last execution, also of a hedge claimed anew.
  await floor.runFor(340_000 + listsLagMs);
  return { floor, victim, unownedMs, before, listsLagMs };
}

/**
 * The bus delivers at least once: the second delivery, minutes later, finishes what the first
 * began.
 */
function hedgesDying(floor: TradingFloor, victim: Process): void {
  const { put } = floor.deps.group.events;
  let delivered = 0;
  floor.deps.group.events.put = async (event) => {
    await put(event);
    if (event.type !== 'InventoryThresholdBreached') return;
    const { market, hedgeId } = event;
    delivered += 1;
    const deps = delivered === 1 ? victim.inside(floor.deps.hedge) : floor.deps.hedge;
    floor.clock.at(epochMs(floor.clock.now() + 80), 'hedge', async () => {
      void runHedge(deps, { market, hedgeId, owner: `hedge-${delivered}` });
    });
  };
}

const equal = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

/** What must hold wherever it died; each a word that is missing when it does. */
async function wrongs(
  { floor, unownedMs, listsLagMs }: Told,
  story: Story,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const sides = floor.resting().map(({ side }) => side);
  const isEmpty = sides.length === 0;
  const isTwo = sides.length === 2 && new Set(sides).size === 2;
  // While a list still shows what was cancelled nothing is placed: fewer may rest, never more.
  const isFewer = listsLagMs > 0 && new Set(sides).size === sides.length;
  if (story.ends === 'empty' ? !isEmpty : !isTwo && !isFewer) wrong.push(`rests: ${sides.join()}`);
  const { venue, ledger } = floor.fills();
  if (venue.join() !== ledger.join()) wrong.push(`fills: ${venue.join()} not ${ledger.join()}`);
  // The next minute's start, and the lease that it has to wait for.
  if (unownedMs > 62_000) wrong.push(`nobody's for ${unownedMs} ms`);
  const taken = floor.exchange.account(KEY).fills(SYMBOL);
  const hedges = taken.filter(({ liquidity, side }) => liquidity === 'taker' && side === 'buy');
  if (hedges.length !== story.hedges) wrong.push(`${hedges.length} hedges`);
  const loaded = await floor.deps.group.sessions.load(MARKET);
  if (loaded.kind !== 'loaded') return [...wrong, 'no session'];
  return [...wrong, ...wrongBooks(floor, loaded.session.pnl)];
}

function wrongBooks(floor: TradingFloor, pnl: ProfitAndLoss): readonly string[] {
  const wrong: string[] = [];
  const { lot } = aSpec({ lot: 0.00001 });
  const all = floor.deps.ledger.all();
  const again = all.reduce((sum, { entry }) => bookEntry(sum, entry, lot), NO_PROFIT_YET);
  const mid = price(floor.exchange.market(SYMBOL)?.mid() ?? 1);
  const [bySession, byLedger] = [markTo(pnl, mid), markTo(again, mid)];
  for (const part of PARTS)
    if (!equal(bySession[part], byLedger[part]))
      wrong.push(`${part}: ${bySession[part]} in the session, ${byLedger[part]} by the ledger`);
  const equity = marketEquityUsd(floor.exchange.account(KEY).holding(SYMBOL), mid);
  if (!equal(equity, netPnlUsd(byLedger))) wrong.push(`residual ${equity - netPnlUsd(byLedger)}`);
  return wrong;
}

const PARTS = [
  'spreadIncomeUsd',
  'makerFeesUsd',
  'takerFeesUsd',
  'inventoryPnlUsd',
  'hedgeCostUsd',
  'fundingUsd',
] as const satisfies readonly (keyof ProfitAndLoss)[];

/** Of every story about so many of its calls are tried, spread evenly, each before and after. */
const CASES = Object.entries(STORIES).flatMap(([name, story]) => [
  { name, story, lagMs: 0, samples: 14 },
  { name, story, lagMs: 74_000, samples: 5 },
]);

describe.each(CASES)(
  'a market that is $name, at a venue whose lists are $lagMs ms late',
  ({ story, lagMs, samples }) => {
    it('ends as an unkilled one wherever its process dies, with every fill booked once (B6, C1, E1)', async () => {
      const unkilled = await tell(story, lagMs, undefined);
      expect(await wrongs(unkilled, story)).toEqual([]);
      const calls = unkilled.victim.calls();
      expect(calls).toBeGreaterThan(4);
      // Half a minute of calls: what comes later comes again.
      const last = Math.min(calls, unkilled.before + 160);
      const step = Math.max(1, Math.floor((last - unkilled.before) / samples));
      const wrong: string[] = [];
      for (let call = unkilled.before; call < last; call += step)
        for (const when of ['before', 'after'] as const) {
          const told = await tell(story, lagMs, { call, when });
          for (const one of await wrongs(told, story)) wrong.push(`${when} call ${call}: ${one}`);
        }
      expect(wrong).toEqual([]);
    });
  },
);
