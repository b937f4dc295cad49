import { describe, expect, it } from 'vitest';
import { type HedgeReport, runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import type { HedgeDeps } from '#shared/cycles/hedge/hedge-deps.ts';
import type { HedgeIntent } from '#shared/domain/trading/hedge.ts';
import { epochMs, usd } from '#shared/domain/units.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { seededRandom } from '#shared/math/random.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { faultyVenue, laggingVenue } from '#test/floors/faults/faulty-venue.ts';
import {
  type FloorOptions,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const intent = (over: Partial<HedgeIntent> = {}): HedgeIntent => ({
  id: 'h1',
  market: MARKET,
  openedAt: START,
  inventoryUsd: usd(900),
  thresholdUsd: usd(800),
  hedgeFraction: 0.5,
  hedgeMaxSlippageBps: 20,
  ...over,
});

interface Played {
  readonly floor: TradingFloor;
  readonly reports: readonly HedgeReport[];
}

/** Holds `held` base units, opens the intent, and runs a hedge for each owner at its time. */
async function play(
  held: number,
  owners: Readonly<Record<string, number>>,
  over: Partial<FloorOptions> & {
    readonly intent?: HedgeIntent;
    readonly deps?: (floor: TradingFloor, owner: string) => HedgeDeps;
  } = {},
): Promise<Played> {
  const floor = openFloor({ events: quietMarket(300), ...over });
  const reports: HedgeReport[] = [];
  floor.doAt(0, async () => {
    if (held !== 0) floor.placeByHand({ side: held > 0 ? 'buy' : 'sell', size: Math.abs(held) });
    await floor.deps.group.hedges.open(over.intent ?? intent());
  });
  for (const [owner, atMs] of Object.entries(owners))
    floor.doAt(atMs, () => {
      const deps = over.deps?.(floor, owner) ?? floor.deps.hedge;
      void runHedge(deps, { market: MARKET, hedgeId: 'h1', owner }).then((report) =>
        reports.push(report),
      );
    });
  await floor.runFor(250_000);
  return { floor, reports };
}

const takers = (floor: TradingFloor, taken: 'buy' | 'sell' = 'sell'): number =>
  floor.exchange
    .account(KEY)
    .fills(SYMBOL)
    .filter(({ side, liquidity }) => side === taken && liquidity === 'taker').length;

describe('a hedge', () => {
  it('takes off its fraction, writes what became of it, and says so (B2)', async () => {
    const { floor, reports } = await play(0.009, { a: 100 });
    expect(floor.held()).toBe(0.0045);
    expect(reports).toMatchObject([{ kind: 'completed', outcome: { kind: 'hedged' } }]);
    expect(floor.events).toMatchObject([
      { type: 'HedgeCompleted', hedgeId: 'h1', outcome: 'hedged' },
    ]);
    expect(floor.events[0]).toHaveProperty('reducedUsd', expect.closeTo(450, 6));
    // It writes no fills: the session does, from the venue.
    expect(floor.deps.ledger.all()).toMatchObject([
      { number: 0, entry: { kind: 'hedge', intent: 'h1', outcome: { kind: 'hedged' } } },
    ]);
  });

  it('works for a short as well, and says which side it took, whatever was asked for (B2)', async () => {
    const sides = [-0.009, 0.009].map(async (held) => {
      const { floor, reports } = await play(held, { a: 100 });
      expect(floor.held()).toBe(held / 2);
      return reports;
    });
    const hedged = (side: string) => [{ outcome: { kind: 'hedged', side } }];
    expect(await Promise.all(sides)).toMatchObject([hedged('buy'), hedged('sell')]);
  });

  it('happens once, however often and at the same time as itself it is invoked (B6)', async () => {
    const { floor, reports } = await play(0.009, { a: 100, b: 100, c: 150, d: 5000, e: 150_000 });
    expect(floor.held()).toBe(0.0045);
    expect(takers(floor)).toBe(1);
    expect(reports.filter(({ kind }) => kind === 'completed')).toHaveLength(1);
    expect(floor.events).toHaveLength(1);
  });

  it('that comes late finds the inventory inside, re-read from the venue, and does nothing (B1, B6)', async () => {
    const { floor, reports } = await play(0.005, { a: 100 });
    expect(floor.held()).toBe(0.005);
    expect(reports).toMatchObject([{ outcome: { kind: 'not-needed' } }]);
  });

  it('says what it took off itself, whatever quotes did meanwhile (B2)', async () => {
    for (const refused of [false, true]) {
      const deps = ({ deps: { hedge }, placeByHand }: TradingFloor): HedgeDeps => {
        const { execution } = hedge.venue;
        const send: typeof execution.send = async (commands, expiresAt) => {
          const outcome = { kind: 'refused', code: 'no', reason: 'no' } as const;
          const results = refused
            ? commands.map(({ kind }) => ({ id: '', kind, outcome }))
            : await execution.send(commands, expiresAt);
          placeByHand({ side: 'sell', size: 0.002 });
          return results;
        };
        return { ...hedge, venue: { ...hedge.venue, execution: { ...execution, send } } };
      };
      const { floor, reports } = await play(0.009, { a: 100 }, { deps });
      expect(floor.held()).toBe(refused ? 0.007 : 0.0025);
      expect(reports).toMatchObject([
        {
          outcome: refused
            ? { kind: 'not-needed' }
            : { kind: 'hedged', reducedUsd: expect.closeTo(450, 6) as unknown },
        },
      ]);
    }
  });

  it('without an intent does nothing at all', async () => {
    const floor = openFloor({ events: quietMarket(10) });
    const request = { market: MARKET, hedgeId: 'unknown', owner: 'a' };
    expect(await runHedge(floor.deps.hedge, request)).toEqual({
      kind: 'nothing-to-do',
      why: 'there is no open intent unknown',
    });
  });

  it('repeats until the position is inside the threshold (B3)', async () => {
    const { floor, reports } = await play(
      0.009,
      { a: 100 },
      { intent: intent({ thresholdUsd: usd(300) }) },
    );
    expect(floor.held()).toBe(0.00225);
    expect(reports).toMatchObject([{ outcome: { kind: 'hedged' } }]);
  });

  it('accepts no price beyond its slippage, and gives up with what it could not do (B3)', async () => {
    const strict = intent({ hedgeMaxSlippageBps: 0 });
    const { floor, reports } = await play(0.009, { a: 100 }, { intent: strict });
    expect(floor.held()).toBe(0.009);
    expect(reports).toMatchObject([{ outcome: { kind: 'gave-up' } }]);
    expect(floor.metrics.filter(({ name }) => name === 'HedgeGaveUp')).toHaveLength(1);
  });

  it('whose answer is lost sends nothing more (B6)', async () => {
    for (const fault of ['lost-after', 'lost-before'] as const) {
      const wrapVenue = (venue: ConnectedVenue): ConnectedVenue =>
        faultyVenue(venue, { send: (call) => (call === 0 ? fault : undefined) });
      const { floor, reports } = await play(0.009, { a: 100 }, { wrapVenue });
      expect(floor.held()).toBe(fault === 'lost-after' ? 0.0045 : 0.009);
      expect(reports).toMatchObject([{ outcome: { kind: 'gave-up' } }]);
    }
  });

  for (const lagMs of [1500, 5000, 15_000, 30_000])
    it(`hedges once although the position is shown ${lagMs} ms late (B6)`, async () => {
      const wrapVenue: FloorOptions['wrapVenue'] = (venue, clock) =>
        laggingVenue(venue, clock, { positionMs: lagMs });
      const { floor } = await play(0.009, { a: 40_000 }, { wrapVenue });
      expect([floor.held(), takers(floor)]).toEqual([0.0045, 1]);
    });

  for (const lateMs of [30_000, 120_000, 230_000])
    for (const how of ['off', 'halt', 'paper'] as const)
      it(`that comes ${lateMs} ms after the market was stopped trades nothing and closes its row: ${how} (C10)`, async () => {
        const { floor } = await play(
          0.009,
          { a: lateMs },
          {
            spec: aSpec({ simulated: false }),
            written: { mode: how === 'halt' ? 'live' : how },
            deps: ({ deps }) => {
              const halt = {
                market: MARKET,
                cause: 'x',
                text: 'x',
                at: undefined,
                netPnlUsd: undefined,
              };
              if (how === 'halt') void deps.halts.put(halt);
              return deps.hedge;
            },
          },
        );
        expect(floor.held()).toBe(0.009);
        const row = await floor.deps.group.hedges.read(MARKET);
        expect(row?.status).toMatchObject({ kind: 'done', outcome: { kind: 'called-off' } });
      });
});

describe('a breach', () => {
  const written = {
    quoteSizeUsd: 100,
    maxInventoryUsd: 1e3,
    hedgeThresholdUsd: 150,
    spreadModel: 'fixed',
    baseSpreadBps: 10,
    requoteIntervalMs: 1e3,
  };
  const breached = (over: Partial<FloorOptions> = {}, seconds = 300): TradingFloor => {
    const floor = openFloor({ events: quietMarket(seconds), written, ...over });
    floor.doAt(10_000, () => floor.placeByHand({ side: 'sell', size: 0.002 }));
    return floor;
  };

  it('is announced once, hedged by the event, and the session goes on quoting (B1, B5, B6, C3)', async () => {
    const floor = breached();
    floor.hedging();
    floor.invoke(0, 'a');
    await floor.runFor(65_000);
    expect(floor.events.map(({ type }) => type)).toEqual([
      'InventoryThresholdBreached',
      'HedgeCompleted',
    ]);
    expect([floor.held(), takers(floor, 'buy'), floor.resting().length]).toEqual([-0.001, 1, 2]);
    const loaded = await floor.deps.group.sessions.load(MARKET);
    if (loaded.kind !== 'loaded') throw new Error('nothing was saved');
    expect(loaded.session.pnl.hedgeCostUsd).toBeLessThan(0);
  });

  it('of a position that has turned by then is hedged, and the next one as soon as that is shown (B6, C1)', async () => {
    // Somebody sells into our bids.
    const sold = [15_000, 40_000].map((atMs): FeedEvent => {
      const at = epochMs(START + atMs);
      return { type: 'trade', at, side: 'sell', price: 99_000, size: 1 };
    });
    const events = [...quietMarket(300), ...sold].sort((a, b) => a.at - b.at);
    const floor = breached({ events, written: { ...written, quoteSizeUsd: 600 } });
    floor.hedging(8000);
    floor.invoke(0, 'a');
    await floor.runFor(60_000);
    expect(floor.events.map(({ type }) => type)).toEqual([
      'InventoryThresholdBreached',
      'HedgeCompleted',
      'InventoryThresholdBreached',
      'HedgeCompleted',
    ]);
    expect(takers(floor, 'buy')).toBe(0);
    expect(floor.held()).toBeLessThanOrEqual(0.0015);
  });

  it('that nobody works off is announced again after a minute, with the same intent (B6, C3)', async () => {
    const floor = breached();
    floor.invoke(0, 'a');
    await floor.runFor(100_000);
    const ids = floor.events.map((event) => ('hedgeId' in event ? event.hedgeId : event.type));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('that the bus does not take stops no quoting and is tried again soon', async () => {
    const floor = breached();
    let puts = 0;
    const put: typeof floor.deps.group.events.put = async (event) => {
      puts += 1;
      if (puts <= 2) throw new Error('bus away');
      await floor.deps.group.events.put(event);
    };
    floor.invoke(0, 'a', { events: { put } });
    await floor.runFor(40_000);
    expect([floor.events.length, floor.resting().length]).toEqual([1, 2]);
    expect(floor.metrics.filter(({ name }) => name === 'EventNotPut')).toHaveLength(2);
  });

  for (const lagMs of [1500, 7000, 30_000])
    it(`is hedged once although position and fills are shown ${lagMs} ms late (B6)`, async () => {
      const wrapVenue: FloorOptions['wrapVenue'] = (venue, clock) =>
        laggingVenue(venue, clock, { positionMs: lagMs, fillsMs: lagMs });
      const floor = breached({ wrapVenue });
      floor.hedging();
      floor.invoke(0, 'a');
      await floor.runFor(280_000);
      expect([floor.held(), takers(floor, 'buy')]).toEqual([-0.001, 1]);
    });

  it('whose row is slow to write is still one hedge (B6)', async () => {
    const floor = breached();
    floor.hedging();
    const { hedges } = floor.deps.group;
    const open: typeof hedges.open = async (one) => {
      await floor.clock.sleep(3500);
      return hedges.open(one);
    };
    floor.invoke(0, 'a', { hedges: { ...hedges, open } });
    await floor.runFor(120_000);
    expect([floor.held(), takers(floor, 'buy')]).toEqual([-0.001, 1]);
    expect(floor.metrics.filter(({ name }) => name === 'HedgeRequested')).toHaveLength(1);
  });

  it('below what the venue takes is said once and asked for never', async () => {
    // Worth the venue's minimum when it was bought, and less than that a minute later.
    const events = quietMarket(300, (at) => 100_000 - 100 * Math.min(50, Math.floor(at / 2)));
    const floor = breached({
      events,
      spec: aSpec({ minNotional: 199 }),
      written: {
        ...written,
        hedgeThresholdUsd: 250,
        quoteSizeUsd: 250,
        baseSpreadBps: 300,
      },
    });
    floor.doAt(120_000, () => floor.deps.parameters.put(MARKET, { hedgeThresholdUsd: 170 }));
    floor.hedging();
    floor.invoke(0, 'a');
    await floor.runFor(280_000);
    expect(floor.events).toEqual([]);
    expect(floor.logs.filter(({ message }) => message === 'too little to hedge')).toHaveLength(1);
  });

  it('that the venue refuses for good is asked for ever more rarely, and counted (C12)', async () => {
    const floor = breached({}, 3700);
    const { venue } = floor.deps.hedge;
    const send: typeof venue.execution.send = async (commands) =>
      commands.map(({ kind, ...rest }) => ({
        id: 'clientId' in rest ? rest.clientId : '',
        kind,
        outcome: {
          kind: 'refused',
          code: 'REDUCE_ONLY',
          reason: 'not here',
        },
      }));
    Object.assign(floor.deps.hedge, {
      venue: { ...venue, execution: { ...venue.execution, send } },
    });
    floor.hedging();
    floor.invoke(0, 'a', { sessionMs: 3_600_000 });
    await floor.runFor(3_600_000);
    const gaveUp = floor.metrics.filter(({ name }) => name === 'HedgeGaveUp').length;
    expect(gaveUp).toBeGreaterThan(4);
    expect(floor.metrics.filter(({ name }) => name === 'HedgeRequested').length).toBeLessThan(10);
  });

  it('is retried while it stands although a third of the calls fail, and hedged once (B6, C3)', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const slow = { ...written, requoteIntervalMs: 5000 };
      const floor = breached({ written: slow }, 3700);
      const random = seededRandom(seed);
      const { venue } = floor.deps.hedge;
      Object.assign(floor.deps.hedge, {
        venue: faultyVenue(venue, {
          read: () => (random.uniform() < 0.3 ? 'no-answer' : undefined),
          send: () => (random.uniform() < 0.3 ? 'lost-before' : undefined),
        }),
      });
      floor.hedging();
      floor.invoke(0, 'a', { sessionMs: 3_600_000 });
      await floor.runFor(3_500_000);
      expect([seed, floor.held(), takers(floor, 'buy')]).toEqual([seed, -0.001, 1]);
    }
  });
});
