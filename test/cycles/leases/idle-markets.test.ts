import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import { START } from '#test/builders/market.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const MINUTE = 60_000;
const ETH = marketId('purple-flea', 'ETH-PERP');
const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };
const group = { markets: [MARKET, ETH], group: 'two' };

type Stop = 'off' | 'halt' | 'refused';

async function stop({ deps }: TradingFloor, market: MarketId, how: Stop): Promise<void> {
  const aHalt = { market, at: undefined, cause: 'by hand', text: 'by hand', netPnlUsd: undefined };
  if (how === 'halt') await deps.halts.put(aHalt);
  else deps.parameters.put(market, how === 'off' ? { mode: 'off' } : { mode: 'paper', levels: -1 });
}

async function allow({ deps, clock }: TradingFloor, market: MarketId, how: Stop): Promise<void> {
  if (how === 'halt') await deps.halts.lift(market, { by: 'test', reason: 'x', at: clock.now() });
  else deps.parameters.put(market, { mode: 'paper' });
}

const countOf = ({ exchange }: TradingFloor, symbol: string): number =>
  exchange.openOrders(KEY, symbol).length;

/** Two markets, and when the first of them was looked at. */
function openTwo(seconds: number): { readonly floor: TradingFloor; readonly looks: number[] } {
  const looks: number[] = [];
  const floor = openFloor({
    events: quietMarket(seconds),
    written: WRITTEN,
    others: ['ETH-PERP'],
    wrapVenue: (venue, clock) => ({
      ...venue,
      data: {
        ...venue.data,
        book(market) {
          if (market === MARKET) looks.push(clock.now() - START);
          return venue.data.book(market);
        },
      },
    }),
  });
  return { floor, looks };
}

const largestGap = (looks: readonly number[]): number =>
  Math.max(...looks.slice(1).map((at, index) => at - (looks[index] ?? at)));

describe('a market of a group at work', () => {
  for (const how of ['off', 'halt', 'refused'] as const)
    for (const stoppedAt of [0, 60_000])
      it(`that was stopped is traded again soon after it may be, the others all the while: ${how}, from ${stoppedAt / 1000} s`, async () => {
        // A refused edit stops nothing that has a last good version.
        const isStopped = how !== 'refused' || stoppedAt === 0;
        const { floor, looks } = openTwo(330);
        floor.doAt(stoppedAt, () => stop(floor, ETH, how));
        floor.invoke(1000, 'a', group);
        floor.doAt(200_000, () => allow(floor, ETH, how));
        await floor.runFor(195_000);
        expect(countOf(floor, 'ETH-PERP')).toBe(isStopped ? 0 : 2);
        expect(countOf(floor, SYMBOL)).toBe(2);
        await floor.runFor(215_000);
        expect(countOf(floor, 'ETH-PERP')).toBe(2);
        await floor.runFor(320_000);
        expect([countOf(floor, SYMBOL), countOf(floor, 'ETH-PERP')]).toEqual([2, 2]);
        expect(largestGap(looks)).toBeLessThanOrEqual(1300);
        expect(await floor.deps.group.leases.read('two')).toMatchObject({ owner: 'a' });
        expect(floor.reports).toEqual([]);
      });

  it('that is stopped rings once a minute for as long as it is so (C10, E9)', async () => {
    const { floor } = openTwo(400);
    floor.doAt(60_000, () => stop(floor, ETH, 'halt'));
    floor.invoke(1000, 'a', group);
    await floor.runFor(360_000);
    const halted = floor.metrics.filter(({ name, value }) => name === 'Halted' && value === 1);
    expect(halted.length).toBeGreaterThanOrEqual(4);
    expect(halted.length).toBeLessThanOrEqual(6);
  });

  it('that is stopped keeps nobody from taking over, and is traded by the one who has (C10)', async () => {
    const { floor, looks } = openTwo(15 * 60);
    floor.schedule(0, 15, group);
    floor.doAt(5 * MINUTE, () => stop(floor, ETH, 'off'));
    await floor.runFor(13 * MINUTE + 30_000);
    const lease = await floor.deps.group.leases.read('two');
    expect(lease?.owner).toMatch(/^minute-1[123]$/);
    expect(countOf(floor, 'ETH-PERP')).toBe(0);
    floor.doAt(13 * MINUTE + 40_000, () => allow(floor, ETH, 'off'));
    await floor.runFor(14 * MINUTE);
    expect([countOf(floor, SYMBOL), countOf(floor, 'ETH-PERP')]).toEqual([2, 2]);
    expect(await floor.deps.group.leases.read('two')).toMatchObject({ owner: lease?.owner });
    expect(largestGap(looks)).toBeLessThan(3000);
  });

  it('is quoted just if its switch says so, whichever is thrown when (C10)', async () => {
    const throws = fc.record({
      atMs: fc.integer({ min: 0, max: 6 * MINUTE }),
      market: fc.constantFrom(MARKET, ETH),
      how: fc.constantFrom<Stop>('off', 'halt'),
      isOn: fc.boolean(),
    });
    let [stopped, quoted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(throws, { minLength: 2, maxLength: 10 }), async (all) => {
        const { floor } = openTwo(9 * 60);
        floor.schedule(0, 9, group);
        for (const { atMs, market, how, isOn } of all)
          floor.doAt(atMs, () => (isOn ? allow(floor, market, how) : stop(floor, market, how)));
        let most = 0;
        floor.exchange.listen({
          ticked: (symbol) => void (most = Math.max(most, countOf(floor, symbol))),
        });
        // A group that nobody may trade is let go, and begun by the start of the next minute.
        await floor.runFor(8 * MINUTE + 45_000);
        const controls = await floor.deps.group.control.read([MARKET, ETH]);
        for (const market of [MARKET, ETH]) {
          const control = controls.get(market);
          const mode = control?.parameters.kind === 'accepted' && control.parameters.values.mode;
          const isOn = mode === 'paper' && control?.halt === undefined;
          if (isOn) quoted += 1;
          else stopped += 1;
          expect(countOf(floor, market === MARKET ? SYMBOL : 'ETH-PERP')).toBe(isOn ? 2 : 0);
        }
        expect(most).toBeLessThanOrEqual(2);
        expect(floor.failures).toEqual([]);
        expect(floor.clock.now()).toBe(after(8 * MINUTE + 45_000));
      }),
      { numRuns: 25 },
    );
    expect(stopped).toBeGreaterThan(5);
    expect(quoted).toBeGreaterThan(5);
  });
});
