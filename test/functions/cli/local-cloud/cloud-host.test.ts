import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { ACCOUNT_KEY, type SimulationOptions } from '#shared/simulation/simulate.ts';
import { tapeFeeds } from '../../../../functions/cli/exchange-feeds.ts';
import type { LocalCloud } from '../../../../functions/cli/local-cloud/local-cloud.ts';
import { TEXTBOOK_PARAMETERS } from '../../../../functions/cli/local-cloud/textbook-parameters.ts';
import {
  BEGIN,
  type CloudRun,
  type CloudRunning,
  FEES,
  madeUp,
  runOnCloud,
  simulation,
} from '../simulated-run.ts';

const play = (
  minutes: number,
  over: Partial<SimulationOptions> = {},
  seed = 1,
  during: (running: CloudRunning) => void = () => undefined,
): Promise<CloudRun> =>
  runOnCloud(
    {
      ...simulation(over.feeds ?? madeUp(['ETH-PERP'], seed), minutes, TEXTBOOK_PARAMETERS),
      ...over,
    },
    during,
  );

const said = (cloud: LocalCloud, message: string): readonly Readonly<Record<string, unknown>>[] =>
  cloud
    .logs()
    .map(({ line }) => line)
    .filter((line) => line['message'] === message);

describe('a local run', () => {
  it('trades the synthesized template end to end: fills, a hedge through the event and its function, a funding check and a settlement, and books that close', async () => {
    const { result, cloud, exchange } = await play(25);
    const market = result.markets['ETH-PERP'];
    expect(market?.market).toBe('purple-flea/ETH-PERP');
    if (market === undefined) throw new Error('no figures');
    expect(result.problems).toEqual([]);
    expect(market.fills).toBeGreaterThan(10);
    expect(market.hedges).toBeGreaterThan(0);
    expect(market.fundingChecks).toBe(1);
    expect(Math.abs(market.residualUsd)).toBeLessThanOrEqual(1e-6);
    expect(market.fillsBeyondCap).toBe(0);
    expect(market.maxAbsInventoryUsd).toBeLessThanOrEqual(1000);
    expect(market.fills).toBe(exchange.account(ACCOUNT_KEY).fills('ETH-PERP').length);
    const parts =
      market.spreadIncomeUsd +
      market.makerFeesUsd +
      market.takerFeesUsd +
      market.inventoryPnlUsd +
      market.hedgeCostUsd +
      market.fundingUsd;
    expect(parts).toBeCloseTo(market.netPnlUsd, 9);
    expect(market.roundTrips).toBeGreaterThan(0);
    expect(market.realizedSpreadBps).toBeCloseTo(result.total.realizedSpreadBps ?? 0, 9);
    expect(Object.keys(market.markoutBps)).toEqual(['1s', '5s', '30s', '60s']);
    for (const average of Object.values(market.markoutBps))
      expect(Math.abs(average ?? 1000)).toBeLessThan(100);
    expect(market.adverseSelectionRatio).toBeGreaterThan(0);
    expect(market.adverseSelectionRatio).toBeLessThanOrEqual(1);
    // One market is all there is: the totals are its own.
    const {
      markoutBps,
      fillRate,
      maxDrawdownUsd,
      maxAbsInventoryUsd,
      twoSidedUptime,
      inventoryTurnoverPerDay,
    } = market;
    expect(result.total).toMatchObject({
      markoutBps,
      fillRate,
      maxDrawdownUsd,
      maxAbsInventoryUsd,
      twoSidedUptime,
    });
    expect(result.total.inventoryTurnoverPerDay).toBeCloseTo(inventoryTurnoverPerDay ?? 0, 6);
    expect(market.requests).toBeGreaterThan(market.quotesPlaced);
    // The rest are those of hedges and of the funding check.
    expect(result.total.requests).toBeGreaterThan(market.requests);
    expect(result.total.requests).toBeLessThan(market.requests + 50 * (market.hedges + 1));
    expect(market.eventsPerSecond).toBe(result.total.eventsPerSecond);
    const hedged = cloud.invocations().filter(({ functionName }) => functionName.includes('Hedge'));
    const breaches = cloud
      .events()
      .filter(({ detailType }) => detailType === 'InventoryThresholdBreached');
    expect(hedged).toHaveLength(breaches.length);
    expect(
      cloud.invocations().filter(({ functionName }) => functionName.includes('FundingCheck')),
    ).toHaveLength(1);
    // One invocation a minute; all but the one that trades are a look.
    expect(
      cloud.invocations().filter(({ functionName }) => functionName.includes('Requote')).length,
    ).toBeGreaterThanOrEqual(25);
  }, 60_000);

  it('decides the same for the same seed, and otherwise for another', async () => {
    const [first, again, other] = [await play(4), await play(4), await play(4, {}, 2)];
    expect(again.result.total.decisionsHash).toBe(first.result.total.decisionsHash);
    expect(other.result.total.decisionsHash).not.toBe(first.result.total.decisionsHash);
    const { seconds, eventsPerSecond, ...figures } = first.result.total;
    expect(again.result.total).toMatchObject(figures);
    expect(seconds * eventsPerSecond).toBeGreaterThan(0);
  }, 60_000);

  it('takes over a parameter edited while it runs within ten simulated seconds, and refuses a wrong one by name, changing nothing', async () => {
    const editedAt = epochMs(BEGIN + 120_000);
    const brokenAt = epochMs(BEGIN + 240_000);
    const widths: { readonly atMs: number; readonly bps: number }[] = [];
    const { result, cloud } = await play(6, {}, 1, ({ cloud: running, clock, exchange }) => {
      const edit = (attribute: string, value: unknown) => () =>
        running.tables.set(
          running.table('Parameters'),
          { market: 'purple-flea/ETH-PERP' },
          attribute,
          value,
        );
      clock.at(editedAt, 'edit', edit('baseSpreadBps', 40));
      clock.at(brokenAt, 'edit', edit('baseSpredBps', 5));
      exchange.listen({
        ticked(symbol, at) {
          const [bid, ask] = (['buy', 'sell'] as const).map((side) =>
            exchange.market(symbol)?.resting(side).best(),
          );
          if (bid !== undefined && ask !== undefined)
            widths.push({ atMs: at - BEGIN, bps: ((ask.tick - bid.tick) / bid.tick) * 1e4 });
        },
      });
    });
    expect(result.problems).toEqual([]);
    const within = (from: number, to: number): readonly number[] =>
      widths.filter(({ atMs }) => atMs >= from && atMs < to).map(({ bps: width }) => width);
    // Each side stays while it is within requoteThresholdBps, 5, of where it should be.
    expect(Math.max(...within(30_000, 120_000))).toBeLessThan(5 * 1.5 + 5 + 0.5);
    expect(Math.min(...within(130_000, 350_000))).toBeGreaterThan(40 - 5 - 0.5);
    expect(said(cloud, 'parameters in force')).toMatchObject([
      { changes: ['baseSpreadBps 5 -> 40'] },
    ]);
    // Once for the edit, once more when switching off made another version of it, which is obeyed
    // all the same.
    const [refusal, ...more] = said(cloud, 'parameters refused, the last good ones stay in force');
    expect(refusal).toMatchObject({
      problems: [
        'baseSpredBps is not a parameter (did you mean "baseSpreadBps"?) (in item purple-flea/ETH-PERP)',
      ],
    });
    expect(more).toHaveLength(1);
  }, 60_000);

  it.each(['OFF', 'off ', false, 'stop'])(
    'has nothing resting ten seconds after somebody wrote %j as mode, and nothing comes back',
    async (mode) => {
      const editedAt = epochMs(BEGIN + 60_000);
      const before: number[] = [];
      const after: number[] = [];
      const { result } = await play(4, {}, 1, ({ cloud: running, clock, exchange }) => {
        clock.at(editedAt, 'edit', () =>
          running.tables.set(
            running.table('Parameters'),
            { market: 'purple-flea/ETH-PERP' },
            'mode',
            mode,
          ),
        );
        exchange.listen({
          ticked(symbol, at) {
            const resting = exchange.openOrders(ACCOUNT_KEY, symbol).length;
            if (at < editedAt) before.push(resting);
            else if (at > editedAt + 10_000) after.push(resting);
          },
        });
      });
      expect(result.problems).toEqual([]);
      expect(Math.max(...before)).toBeGreaterThan(0);
      expect(after.length).toBeGreaterThan(100);
      expect(Math.max(...after)).toBe(0);
    },
    60_000,
  );

  it('holds fills to the cap that is in force, raised or lowered while it runs', async () => {
    const capAt = async (
      minute: number,
      maxInventoryUsd: number,
    ): Promise<{ readonly fillsBeyondCap: number; readonly largest: number }> => {
      const { result } = await play(12, {}, 1, ({ cloud: running, clock }) => {
        const set = (attribute: string, value: unknown): Promise<void> =>
          running.tables.set(
            running.table('Parameters'),
            { market: 'purple-flea/ETH-PERP' },
            attribute,
            value,
          );
        clock.at(epochMs(BEGIN + minute * 60_000), 'edit', async () => {
          await set('hedgeThresholdUsd', 100_000);
          await set('maxInventoryUsd', maxInventoryUsd);
        });
      });
      const market = result.markets['ETH-PERP'];
      expect(market?.market).toBe('purple-flea/ETH-PERP');
      return {
        fillsBeyondCap: market?.fillsBeyondCap ?? -1,
        largest: market?.maxAbsInventoryUsd ?? -1,
      };
    };
    const raised = await capAt(1, 3000);
    expect(raised.fillsBeyondCap).toBe(0);
    expect(raised.largest).toBeGreaterThan(1001);
    expect((await capAt(1, 400)).fillsBeyondCap).toBe(0);
  }, 60_000);

  it('quotes several markets at once, each with its own function', async () => {
    const { result } = await play(3, {
      feeds: madeUp(['BTC-PERP', 'ETH-PERP', 'SOL-PERP'], 3),
    });
    expect(result.problems).toEqual([]);
    expect(
      Object.values(result.markets).every(
        ({ quotesPlaced, residualUsd }) => quotesPlaced > 0 && Math.abs(residualUsd) <= 1e-6,
      ),
    ).toBe(true);
  }, 60_000);
});

const tapes = process.env['QUOTEMILL_TAPES'];

describe.runIf(tapes !== undefined)('a local run on recorded markets', () => {
  it.each(['hl-btc-20250904', 'hl-eth-20250904', 'binanceusdm-btc-20240808'])(
    '%s: fills, hedges, a funding check, closed books, the cap at every fill',
    async (name) => {
      const feeds = tapeFeeds([`${tapes}/${name}.tape.jsonl.gz`], undefined, FEES);
      const { result } = await play(0, {
        feeds,
        stopAt: epochMs((feeds[0]?.endsAt ?? 0) - 10_000),
      });
      expect(result.problems).toEqual([]);
      const [market] = Object.values(result.markets);
      expect(market?.fills).toBeGreaterThan(10);
      expect(market?.hedges).toBeGreaterThan(0);
      expect(market?.fundingChecks).toBeGreaterThan(0);
      expect(Math.abs(market?.residualUsd ?? 1)).toBeLessThanOrEqual(1e-6);
      expect(market?.fillsBeyondCap).toBe(0);
    },
    120_000,
  );
});
