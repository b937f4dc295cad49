import { describe, expect, it } from 'vitest';
import { runFundingCheck } from '#shared/cycles/funding-check/run-funding-check.ts';
import { failed } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { START } from '#test/builders/market.ts';
import {
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
  SYMBOL,
} from '#test/floors/trading-floor.ts';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';

const NONE = marketId('purple-flea', 'NONE-PERP');

const EIGHT = epochMs(Date.UTC(2026, 0, 5, 8));

async function floorAt(rate: number): Promise<TradingFloor> {
  const floor = openFloor({
    events: [{ type: 'funding', at: START, rate, intervalHours: 8 }, ...quietMarket(60)],
  });
  await floor.runFor(1000);
  return floor;
}

/** Runs as an invocation of its own, in simulated time. */
async function check(
  floor: TradingFloor,
  markets: readonly MarketId[] = [MARKET],
): Promise<Awaited<ReturnType<typeof runFundingCheck>>> {
  let checks: Awaited<ReturnType<typeof runFundingCheck>> = [];
  floor.clock.at(
    floor.clock.now(),
    'check',
    async () => void (checks = await runFundingCheck(floor.deps.fundingCheck, markets)),
  );
  await floor.runFor(floor.clock.now() - START + 5000);
  return checks;
}

describe('the funding check', () => {
  it('sets what to lean to until the funding time, with rate, yearly yield and reason (D2, D3)', async () => {
    const floor = await floorAt(0.0005);
    const [checked] = await check(floor);
    expect(checked).toMatchObject({
      kind: 'checked',
      set: true,
      tilt: { action: 'lean_short', targetRatio: -0.2, fundingTime: EIGHT, expiresAt: EIGHT },
    });
    const tilt = await floor.deps.fundingCheck.control
      .read([MARKET])
      .then((all) => all.get(MARKET)?.tilt);
    expect(tilt?.rateBps).toBeCloseTo(5, 9);
    expect(tilt?.annualisedYieldPct).toBeCloseTo(54.75, 9);
    expect(tilt?.reason).toBe('5.000 bps per 8 h against a minimum of 3 bps');
    const said = {
      action: 'lean_short',
      rateBps: expect.closeTo(5, 9) as number,
      annualisedYieldPct: expect.closeTo(54.75, 9) as number,
      fundingTime: EIGHT,
    };
    expect(checked).toMatchObject({ tilt: said });
    expect(floor.events).toMatchObject([{ type: 'FundingTiltSet', ...said }]);
  });

  it('is done once per funding time, however often it runs', async () => {
    const floor = await floorAt(0.0005);
    await check(floor);
    expect(await check(floor)).toMatchObject([{ kind: 'checked', set: false }]);
    expect(floor.events).toHaveLength(1);
  });

  it('says neutral when the rate is below the minimum (D2)', async () => {
    const floor = await floorAt(0.0001);
    expect(await check(floor)).toMatchObject([{ tilt: { action: 'neutral', targetRatio: 0 } }]);
  });

  it("goes on with the others when one market's rate cannot be had or its parameters are refused", async () => {
    const floor = await floorAt(-0.0005);
    expect(await check(floor, [NONE, MARKET])).toMatchObject([
      { kind: 'failed', market: NONE },
      { kind: 'checked', tilt: { action: 'lean_long' } },
    ]);
    floor.deps.parameters.put(MARKET, { fundingTiltRatio: 7 });
    expect(await check(floor)).toMatchObject([
      {
        kind: 'failed',
        why: 'parameters refused: fundingTiltRatio is 7; allowed: 0 to 0.9 (in item purple-flea/BTC-PERP)',
      },
    ]);
    expect(floor.metrics.filter(({ name }) => name === 'FundingCheckFailed')).toHaveLength(2);
  });

  it('sets nothing for a funding time that has passed', async () => {
    const floor = await floorAt(0.0005);
    const stale = {
      ...floor.deps.fundingCheck,
      data: {
        ...floor.deps.fundingCheck.data,
        funding: () =>
          Promise.resolve({
            ok: true as const,
            value: { rate: 0.001, intervalHours: 8, nextAt: START },
          }),
      },
    };
    expect(await runFundingCheck(stale, [MARKET])).toMatchObject([
      { kind: 'failed', why: 'the venue names a funding time that has passed' },
    ]);
    const gone = {
      ...floor.deps.fundingCheck,
      data: {
        ...floor.deps.fundingCheck.data,
        funding: () =>
          Promise.resolve(failed({ kind: 'outcome-unknown' as const, detail: 'timeout' })),
      },
    };
    expect(await runFundingCheck(gone, [MARKET])).toMatchObject([
      { kind: 'failed', why: 'no answer: timeout' },
    ]);
    expect(floor.events).toEqual([]);
  });

  it('moves a running session, and stops moving it at the funding time (A15, D5)', async () => {
    const floor = openFloor({
      events: [
        { type: 'funding', at: START, rate: 0.0005, intervalHours: 8 },
        ...quietMarket(100 * 60),
      ],
      written: { spreadModel: 'fixed', baseSpreadBps: 40, requoteIntervalMs: 5000 },
    });
    floor.invoke(0, 'a', { sessionMs: 100 * 60_000 });
    floor.clock.at(
      epochMs(EIGHT - 5 * 60_000),
      'check',
      async () => void (await runFundingCheck(floor.deps.fundingCheck, [MARKET])),
    );
    const bids = async (): Promise<readonly number[]> =>
      floor.exchange.openOrders('pf_test_floor', SYMBOL).map(({ tick }) => tick);
    await floor.runFor(EIGHT - START - 6 * 60_000);
    expect(await bids()).toEqual([99_800, 100_200]);
    await floor.runFor(EIGHT - START - 4 * 60_000);
    expect(await bids()).toEqual([99_780, 100_180]);
    await floor.runFor(EIGHT - START + 60_000);
    expect(await bids()).toEqual([99_800, 100_200]);
  }, 30_000);
});
