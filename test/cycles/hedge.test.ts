import { describe, expect, it } from 'vitest';
import { type HedgeReport, runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import type { HedgeIntent } from '#shared/domain/hedge.ts';
import { usd } from '#shared/domain/units.ts';
import type { Venue } from '#shared/ports/venue.ts';
import { START } from '#test/builders/market.ts';
import { faultyVenue } from '#test/floors/faulty-venue.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
  SYMBOL,
  savedSession,
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
  readonly held: () => number;
}

/** Holds `held` base units, opens the intent, and runs a hedge for each owner at its time. */
async function play(
  held: number,
  owners: Readonly<Record<string, number>>,
  over: {
    readonly wrapVenue?: (venue: Venue) => Venue;
    readonly intent?: HedgeIntent;
    readonly market?: ReturnType<typeof quietMarket>;
  } = {},
): Promise<Played> {
  const floor = openFloor({
    events: over.market ?? quietMarket(300),
    ...(over.wrapVenue === undefined ? {} : { wrapVenue: over.wrapVenue }),
  });
  const reports: HedgeReport[] = [];
  floor.doAt(0, async () => {
    floor.exchange.advanceTo(START);
    if (held !== 0)
      floor.exchange.place(KEY, {
        market: SYMBOL,
        side: held > 0 ? 'buy' : 'sell',
        price: undefined,
        size: Math.abs(held),
        timeInForce: 'IOC',
        postOnly: false,
        reduceOnly: false,
      });
    await floor.deps.hedges.open(over.intent ?? intent());
  });
  for (const [owner, atMs] of Object.entries(owners)) {
    floor.clock.at(
      after(atMs),
      owner,
      async () =>
        void reports.push(await runHedge(floor.deps, { market: MARKET, hedgeId: 'h1', owner })),
    );
  }
  await floor.runFor(200_000);
  return { floor, reports, held: () => floor.exchange.account(KEY).holding(SYMBOL).position.size };
}

const takerSells = (floor: TradingFloor): number =>
  floor.exchange
    .account(KEY)
    .fills(SYMBOL)
    .filter(({ side }) => side === 'sell').length;

describe('a hedge', () => {
  it('takes off its fraction, leaves its fills to the session, and says so (B2)', async () => {
    const { floor, reports, held } = await play(0.009, { a: 100 });
    expect(held()).toBe(0.0045);
    expect(reports).toMatchObject([{ kind: 'completed', outcome: { kind: 'hedged' } }]);
    expect(floor.events).toMatchObject([
      { type: 'HedgeCompleted', hedgeId: 'h1', outcome: 'hedged' },
    ]);
    expect(floor.events[0]).toHaveProperty('reducedUsd', expect.closeTo(450, 6));
    expect(floor.entries()).toMatchObject([
      { kind: 'hedge', intent: 'h1', market: MARKET, at: START, outcome: { kind: 'hedged' } },
    ]);
  });

  it('works for a short as well (B2)', async () => {
    const { held } = await play(-0.009, { a: 100 });
    expect(held()).toBe(-0.0045);
  });

  it('happens once, however often and at the same time as itself it is invoked (B6)', async () => {
    const { floor, reports, held } = await play(0.009, {
      a: 100,
      b: 100,
      c: 150,
      d: 5000,
      e: 150_000,
    });
    expect(held()).toBe(0.0045);
    expect(takerSells(floor)).toBe(1);
    expect(reports.filter(({ kind }) => kind === 'completed')).toHaveLength(1);
    expect(floor.events).toHaveLength(1);
  });

  it('that comes late finds the inventory inside, re-read from the venue, and does nothing (B1, B6)', async () => {
    const { floor, reports, held } = await play(0.005, { a: 100 });
    expect(held()).toBe(0.005);
    expect(reports).toMatchObject([{ outcome: { kind: 'not-needed' } }]);
    expect(takerSells(floor)).toBe(0);
  });

  it('without an intent does nothing at all', async () => {
    const floor = openFloor({ events: quietMarket(10) });
    expect(await runHedge(floor.deps, { market: MARKET, hedgeId: 'unknown', owner: 'a' })).toEqual({
      kind: 'nothing-to-do',
      why: 'there is no intent unknown',
    });
  });

  it('repeats until the position is inside the threshold (B3)', async () => {
    const { held, reports } = await play(0.03, { a: 100 });
    expect(held()).toBe(0.0075);
    expect(reports).toMatchObject([{ outcome: { kind: 'hedged' } }]);
  });

  it('accepts no price beyond its slippage, and gives up with what it could not do (B3)', async () => {
    const { floor, held, reports } = await play(
      0.009,
      { a: 100 },
      { intent: intent({ hedgeMaxSlippageBps: 0 }) },
    );
    expect(held()).toBe(0.009);
    expect(reports).toMatchObject([{ outcome: { kind: 'gave-up' } }]);
    expect(floor.metrics.filter(({ name }) => name === 'HedgeGaveUp')).toHaveLength(1);
  });

  it('whose answer is lost is not sent again before the position was read (B6)', async () => {
    for (const fault of ['lost-after', 'lost-before'] as const) {
      const { held } = await play(
        0.009,
        { a: 100 },
        {
          wrapVenue: (venue) =>
            faultyVenue(venue, { send: (call) => (call === 0 ? fault : undefined) }),
        },
      );
      expect(held()).toBe(0.0045);
    }
  });

  it('of an invocation that died is finished by a later one, once its claim has run out (B6)', async () => {
    const dying = (venue: Venue): Venue => {
      let sends = 0;
      return {
        ...venue,
        send: async (commands) => {
          const results = await venue.send(commands);
          sends += 1;
          if (sends === 1) throw new Error('killed');
          return results;
        },
      };
    };
    const floor = openFloor({ events: quietMarket(300), wrapVenue: dying });
    const reports: HedgeReport[] = [];
    floor.doAt(0, async () => {
      floor.exchange.advanceTo(START);
      floor.exchange.place(KEY, {
        market: SYMBOL,
        side: 'buy',
        price: undefined,
        size: 0.009,
        timeInForce: 'IOC',
        postOnly: false,
        reduceOnly: false,
      });
      await floor.deps.hedges.open(intent());
    });
    const run = (owner: string) => async (): Promise<void> => {
      try {
        reports.push(await runHedge(floor.deps, { market: MARKET, hedgeId: 'h1', owner }));
      } catch (error) {
        if (!(error instanceof Error && error.message === 'killed')) throw error;
      }
    };
    floor.clock.at(after(100), 'dies', run('dies'));
    floor.clock.at(after(60_000), 'too-soon', run('too-soon'));
    floor.clock.at(after(120_000), 'finishes', run('finishes'));
    await floor.runFor(200_000);
    expect(reports).toMatchObject([
      { kind: 'nothing-to-do', why: 'another invocation works on it' },
      { kind: 'completed', outcome: { kind: 'not-needed' } },
    ]);
    expect(floor.exchange.account(KEY).holding(SYMBOL).position.size).toBe(0.0045);
    expect(takerSells(floor)).toBe(1);
    expect(floor.entries()).toMatchObject([{ kind: 'hedge', intent: 'h1' }]);
  });
});

describe('a breach', () => {
  const written = {
    quoteSizeUsd: 100,
    maxInventoryUsd: 1000,
    hedgeThresholdUsd: 150,
    spreadModel: 'fixed',
    baseSpreadBps: 10,
    requoteIntervalMs: 1000,
  };

  it('is announced once, hedged by the event, and the session goes on quoting (B1, B5, B6, C3)', async () => {
    const floor = openFloor({ events: quietMarket(300), written });
    const deps = {
      ...floor.deps,
      events: {
        put: async (event: Parameters<typeof floor.deps.events.put>[0]) => {
          await floor.deps.events.put(event);
          if (event.type === 'InventoryThresholdBreached')
            floor.clock.at(
              after(floor.clock.now() - START + 80),
              'hedge',
              async () =>
                void (await runHedge(deps, {
                  market: MARKET,
                  hedgeId: event.hedgeId,
                  owner: 'hedge',
                })),
            );
        },
      },
    };
    floor.invoke(0, 'a', deps);
    floor.doAt(
      10_000,
      () =>
        void floor.exchange.place(KEY, {
          market: SYMBOL,
          side: 'sell',
          price: undefined,
          size: 0.002,
          timeInForce: 'IOC',
          postOnly: false,
          reduceOnly: false,
        }),
    );
    await floor.runFor(60_000);
    expect(floor.events.map(({ type }) => type)).toEqual([
      'InventoryThresholdBreached',
      'HedgeCompleted',
    ]);
    expect(floor.exchange.account(KEY).holding(SYMBOL).position.size).toBe(-0.001);
    expect(floor.exchange.openOrders(KEY, SYMBOL)).toHaveLength(2);
    const session = await savedSession(floor);
    expect(session?.openHedge).toBeUndefined();
    expect(session?.pnl.hedgeCostUsd).toBeLessThan(0);
  });

  it('that nobody works off is announced again after a minute, with the same intent (B6, C3)', async () => {
    const floor = openFloor({ events: quietMarket(300), written });
    floor.invoke(0, 'a');
    floor.doAt(
      10_000,
      () =>
        void floor.exchange.place(KEY, {
          market: SYMBOL,
          side: 'sell',
          price: undefined,
          size: 0.002,
          timeInForce: 'IOC',
          postOnly: false,
          reduceOnly: false,
        }),
    );
    await floor.runFor(100_000);
    const ids = floor.events.map((event) =>
      event.type === 'InventoryThresholdBreached' ? event.hedgeId : event.type,
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('that the bus does not take stops no quoting and is tried again soon', async () => {
    const floor = openFloor({ events: quietMarket(300), written });
    let puts = 0;
    const events = {
      put: async (event: Parameters<typeof floor.deps.events.put>[0]) => {
        puts += 1;
        if (puts <= 2) throw new Error('bus away');
        await floor.deps.events.put(event);
      },
    };
    floor.invoke(0, 'a', { events });
    floor.doAt(
      10_000,
      () =>
        void floor.exchange.place(KEY, {
          market: SYMBOL,
          side: 'sell',
          price: undefined,
          size: 0.002,
          timeInForce: 'IOC',
          postOnly: false,
          reduceOnly: false,
        }),
    );
    await floor.runFor(40_000);
    expect(floor.events).toHaveLength(1);
    expect(floor.exchange.openOrders(KEY, SYMBOL)).toHaveLength(2);
    expect(floor.metrics.filter(({ name }) => name === 'EventNotPut')).toHaveLength(2);
  });
});
