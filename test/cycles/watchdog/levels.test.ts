import { describe, expect, it } from 'vitest';
import type { Control } from '#shared/ports/stores/control-store.ts';
import { marketId, type MarketId } from '#shared/domain/venue/market-id.ts';
import { usd } from '#shared/domain/units.ts';
import { aSpec } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const SECOND = 1000;
const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10, maxQuoteAgeMs: 600_000 };

const quiet = (seconds: number, written: Readonly<Record<string, unknown>> = WRITTEN) =>
  openFloor({ events: quietMarket(seconds), written });

/** What the last run told. */
const levels = ({ metrics }: TradingFloor): Readonly<Record<string, number>> => {
  const last = metrics.findLastIndex(({ name }) => name === 'WatchdogRan');
  return Object.fromEntries(metrics.slice(last).map(({ name, value }) => [name, value]));
};

const WELL = {
  WatchdogRan: 1,
  TablesUnread: 0,
  OrdersUnowned: 0,
  Unattended: 0,
  NotSeen: 0,
  Halted: 0,
  ParametersRefused: 0,
  HedgesOverdue: 0,
};

describe('the levels of a stage (F5)', () => {
  it('are all zero while the market is traded, and are told as zero', async () => {
    const floor = quiet(120);
    floor.invoke(0, 'lives');
    floor.watchdog(20 * SECOND, 1);
    await floor.runFor(51 * SECOND);
    expect(levels(floor)).toEqual(WELL);
  });

  it('tell of a market that should be traded and is not, and of the orders that were found', async () => {
    const floor = quiet(200);
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    floor.watchdog(60 * SECOND, 2);
    await floor.runFor(91 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, Unattended: 1, OrdersUnowned: 1 });
    await floor.runFor(151 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, Unattended: 1 });
    const said = floor.logs.find(({ message }) => message === 'level Unattended');
    expect(said?.fields['markets']).toEqual([MARKET]);
  });

  it('tell of a holder that has not seen the market for two minutes', async () => {
    const floor = quiet(300);
    floor.invoke(0, 'lives');
    const { sessions } = floor.deps.group;
    floor.watchdog(200 * SECOND, 1, {
      sessions: {
        ...sessions,
        marks: async (markets) =>
          (await sessions.marks(markets)).map((mark) => ({ ...mark, at: after(100 * SECOND) })),
      },
    });
    await floor.runFor(232 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, NotSeen: 1 });
  });

  it('are silent of a market that people have stopped, and tell that it is halted', async () => {
    const off = quiet(60, { ...WRITTEN, mode: 'off' });
    off.watchdog(1000, 1);
    await off.runFor(40 * SECOND);
    expect(levels(off)).toEqual(WELL);
    const halted = quiet(60);
    await halted.deps.halts.put({
      market: MARKET,
      cause: 'by hand',
      text: '',
      at: undefined,
      netPnlUsd: undefined,
    });
    halted.watchdog(1000, 1);
    await halted.runFor(40 * SECOND);
    expect(levels(halted)).toEqual({ ...WELL, Halted: 1 });
  });

  it('are silent of a market that nobody may trade: on paper, at a venue that is real', async () => {
    const onPaper = async (simulated: boolean): Promise<Readonly<Record<string, number>>> => {
      const floor = openFloor({
        events: quietMarket(60),
        written: { ...WRITTEN, mode: 'paper' },
        spec: aSpec({ tick: 1, lot: 0.00001, simulated }),
      });
      floor.watchdog(1000, 1);
      await floor.runFor(40 * SECOND);
      return levels(floor);
    };
    expect(await onPaper(false)).toEqual(WELL);
    expect(await onPaper(true)).toEqual({ ...WELL, Unattended: 1 });
  });

  it('tell of an edit that is refused', async () => {
    const floor = quiet(120);
    floor.invoke(0, 'lives');
    floor.doAt(10 * SECOND, () => floor.deps.parameters.put(MARKET, { baseSpreadBps: 'much' }));
    floor.watchdog(20 * SECOND, 1);
    await floor.runFor(51 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, ParametersRefused: 1 });
  });

  it('tell of a breach that nobody works off, once its event cannot come any more', async () => {
    const floor = quiet(600, { ...WRITTEN, mode: 'off' });
    await floor.deps.hedge.hedges.open({
      id: 'h1',
      market: MARKET,
      openedAt: after(0),
      inventoryUsd: usd(900),
      thresholdUsd: usd(800),
      hedgeFraction: 0.5,
      hedgeMaxSlippageBps: 20,
    });
    floor.watchdog(300 * SECOND, 1);
    await floor.runFor(331 * SECOND);
    expect(levels(floor)).toEqual(WELL);
    floor.watchdog(400 * SECOND, 1);
    await floor.runFor(440 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, HedgesOverdue: 1 });
  });

  it('are told of each market whatever is wrong with another', async () => {
    const ETH = marketId('purple-flea', 'ETH-PERP');
    const floor = openFloor({
      events: quietMarket(120),
      written: WRITTEN,
      others: ['ETH-PERP'],
    });
    const groups = [MARKET, ETH].map((market) => ({ name: market, markets: [market] }));
    floor.invoke(0, 'lives');
    const { control } = floor.deps.group;
    const { venue } = floor.deps.watchdog;
    floor.watchdog(20 * SECOND, 1, {
      groups,
      control: { read: async (markets) => without(ETH, await control.read(markets)) },
      venue: {
        ...venue,
        execution: { ...venue.execution, orders: () => Promise.reject(new Error('odd')) },
      },
    });
    await floor.runFor(55 * SECOND);
    expect(levels(floor)).toEqual({ ...WELL, Unattended: 1, OrdersUnowned: 1 });
    expect(floor.resting()).toHaveLength(2);
  });
});

const without = (
  market: MarketId,
  all: ReadonlyMap<MarketId, Control>,
): ReadonlyMap<MarketId, Control> => new Map([...all].filter(([id]) => id !== market));
