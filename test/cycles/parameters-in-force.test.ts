import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import { aSpec } from '#test/builders/market.ts';
import {
  after,
  type FloorOptions,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };

const edit = (floor: TradingFloor, written: Readonly<Record<string, unknown>>) => () =>
  floor.deps.parameters.put(MARKET, written);

const pricesOf = (floor: TradingFloor): readonly number[] =>
  floor.resting().map(({ price }) => price);

/** What each start said it did, in a few words. */
const endings = ({ reports }: TradingFloor): readonly string[] =>
  reports.map((report) => {
    if (report.kind === 'stood-aside') return `aside: ${report.why}`;
    if (report.kind !== 'ran') return report.kind;
    return report.ended.kind === 'stopped' ? report.ended.why : report.ended.kind;
  });

const quiet = (seconds: number, over: Partial<FloorOptions> = {}): TradingFloor =>
  openFloor({ events: quietMarket(seconds), ...over });

describe('parameters of a running session', () => {
  it('are in force within ten seconds of an edit, and the edit is kept (A9)', async () => {
    const floor = quiet(120, { written: WRITTEN });
    floor.invoke(0, 'a');
    floor.doAt(20_000, edit(floor, { baseSpreadBps: 40 }));
    await floor.runFor(30_000);
    expect(pricesOf(floor)).toEqual([99_800, 100_200]);
    expect(await floor.deps.parameters.history(MARKET, 1)).toMatchObject([
      { changes: ['baseSpreadBps 10 -> 40'], problems: [] },
    ]);
  });

  it('that cannot be read for half a minute are quoted on no more, for a minute stop it (C10, E9)', async () => {
    const floor = quiet(400, { written: WRITTEN });
    const { control } = floor.deps.group;
    const isDark = (): boolean =>
      floor.clock.now() > after(20_000) && floor.clock.now() < after(200_000);
    // Leases, sessions and the ledger are written as ever.
    const read: typeof control.read = (markets) =>
      isDark() ? Promise.reject(new Error('throttled')) : control.read(markets);
    floor.schedule(0, 6, { control: { read } });
    floor.doAt(30_000, edit(floor, { mode: 'off' }));
    floor.doAt(190_000, edit(floor, { mode: 'live' }));
    const seen: unknown[] = [];
    for (const at of [45_000, 52_000, 75_000, 150_000, 260_000])
      floor.doAt(at, () => void seen.push([at, floor.resting().length]));
    await floor.runFor(261_000);
    expect(seen).toEqual([
      [45_000, 2],
      [52_000, 0],
      [75_000, 0],
      [150_000, 0],
      [260_000, 2],
    ]);
    expect(endings(floor)).toContain('what people wrote could not be read for a minute');
    expect(floor.metrics.some(({ name }) => name === 'ControlUnread')).toBe(true);
    expect(floor.failures).toEqual([]);
  });

  it('are heard as they were asked for, however late the store answers (C10)', async () => {
    const ETH = marketId('purple-flea', 'ETH-PERP');
    const delays = fc.array(fc.oneof(fc.nat(500), fc.nat(9000)), { minLength: 1, maxLength: 8 });
    let heardInAll = 0;
    await fc.assert(
      fc.asyncProperty(delays, fc.nat(60_000), async (delaysMs, offAtMs) => {
        const heard = new Map<MarketId, number[]>();
        const floor = quiet(240, {
          written: WRITTEN,
          others: ['ETH-PERP'],
          watch: {
            onStep: (market, { event }) => {
              if (event.kind !== 'control') return;
              heard.set(market, [...(heard.get(market) ?? []), Number(event.parameters.version)]);
            },
          },
        });
        const { control } = floor.deps.group;
        let asked = 0;
        // What is there when it is asked for, told a while later: also after it was given up.
        const read: typeof control.read = async (markets) => {
          asked += 1;
          const version = `${asked}`;
          const found = await control.read(markets);
          await floor.clock.sleep(delaysMs[asked % delaysMs.length] ?? 0);
          return new Map(
            [...found].map(([market, one]) => [
              market,
              { ...one, parameters: { ...one.parameters, version } },
            ]),
          );
        };
        floor.invoke(0, 'a', { markets: [MARKET, ETH], group: 'majors', control: { read } });
        // One that is switched off and on again begins anew beside the other.
        floor.doAt(20_000 + offAtMs, edit(floor, { ...WRITTEN, mode: 'off' }));
        floor.doAt(50_000 + offAtMs, edit(floor, WRITTEN));
        await floor.runFor(200_000);
        for (const numbers of heard.values()) {
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          heardInAll += numbers.length;
        }
      }),
      { numRuns: 25 },
    );
    expect(heardInAll).toBeGreaterThan(200);
  });

  it('that are wrong are refused, named once, and change nothing', async () => {
    const floor = quiet(120, { written: WRITTEN });
    floor.invoke(0, 'a');
    floor.doAt(20_000, edit(floor, { baseSpredBps: 40, maxInventoryUsd: 5000 }));
    await floor.runFor(59_000);
    expect(pricesOf(floor)).toEqual([99_950, 100_050]);
    const refusals = floor.logs.filter(({ message }) => message.startsWith('parameters refused'));
    expect(refusals).toHaveLength(1);
    expect(JSON.stringify(refusals[0]?.fields)).toContain('did you mean \\"baseSpreadBps\\"?');
    const kept = await floor.deps.parameters.history(MARKET, 9);
    expect(kept.filter(({ problems }) => problems.length > 0)).toHaveLength(1);
  });

  it('that are wrong at the first start keep the market shut, in the words of the table', async () => {
    const floor = quiet(60, { written: { quoteSizeUsd: -1 } });
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(endings(floor)).toEqual([
      'aside: parameters refused: quoteSizeUsd is -1; allowed: 1 to 10000000 (in item DEFAULT)',
    ]);
    expect(await floor.deps.group.leases.read(MARKET)).toBeUndefined();
  });

  for (const [what, written] of [
    ['alone', { mode: 'off' }],
    ['although something else in the item is wrong', { mode: 'off', baseSpredBps: 1 }],
  ] as const)
    it(`are obeyed when they say off, ${what}: cancelled, seen empty, let go, and nothing by the next start`, async () => {
      const floor = quiet(120);
      floor.invoke(0, 'a');
      floor.doAt(20_000, edit(floor, written));
      await floor.runFor(32_000);
      expect(endings(floor)).toEqual(['mode is off']);
      expect(floor.resting()).toEqual([]);
      expect(await floor.deps.group.leases.read(MARKET)).toBeUndefined();
      floor.invoke(60_000, 'b');
      await floor.runFor(75_000);
      expect(endings(floor)).toEqual(['mode is off', 'mode is off']);
      expect(floor.resting()).toEqual([]);
      expect(floor.exchange.account('pf_test_floor').fills('BTC-PERP')).toEqual([]);
    });

  it('on paper trade nowhere but on a venue that says it is simulated; live they do', async () => {
    const spec = aSpec({ simulated: false });
    const why = 'mode is paper and this venue trades real money: set mode to live to trade it';
    const paper = quiet(60, { spec });
    let most = 0;
    paper.exchange.listen({ ticked: () => void (most = Math.max(most, paper.resting().length)) });
    paper.invoke(0, 'a');
    await paper.runFor(20_000);
    expect(endings(paper)).toEqual([why]);
    expect(most).toBe(0);
    const live = quiet(60, { spec, written: { mode: 'live' } });
    live.invoke(0, 'a');
    live.doAt(20_000, edit(live, { mode: 'paper' }));
    await live.runFor(19_000);
    expect(live.resting()).toHaveLength(2);
    await live.runFor(40_000);
    expect(endings(live)).toEqual([why]);
    expect(live.resting()).toEqual([]);
  });

  it('that ask for a pause between looks longer than the lease do not lose it', async () => {
    const floor = quiet(300, { written: { requoteIntervalMs: 60_000, maxQuoteAgeMs: 600_000 } });
    floor.invoke(0, 'a');
    floor.invoke(60_000, 'b');
    floor.invoke(120_000, 'c');
    await floor.runFor(150_000);
    expect(floor.reports).toEqual([
      { kind: 'already-held', by: 'a' },
      { kind: 'already-held', by: 'a' },
    ]);
  });
});
