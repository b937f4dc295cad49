import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import { netPnlUsd } from '#shared/accounting/profit-and-loss.ts';
import { createDocumentClient } from '#shared/adapters/dynamodb/table/document-client.ts';
import { nextBoundary } from '#shared/domain/venue/funding.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import type { RequoteEvent } from '#shared/schema/events.ts';
import { SECOND_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { type Cloud, MARKETS, startCloud } from './cloud.ts';
import { STATE_STACK, TRADING_STACK } from './deploy.ts';
import { REGION } from './emulator.ts';
import type { Records } from './records.ts';

/**
 * Quotes small against the cap, so that a few fills make a breach, and a hedge that takes any price
 * of these markets.
 */
const PARAMETERS = {
  mode: 'paper',
  spreadModel: 'fixed',
  baseSpreadBps: 10,
  quoteSizeUsd: 100,
  maxInventoryUsd: 1000,
  hedgeThresholdUsd: 275,
  hedgeMaxSlippageBps: 50,
  requoteIntervalMs: 1000,
};
/**
 * What a width of 10 bps never reaches, whatever rounding and the requote threshold add, and one of
 * 40 never falls below.
 */
const NARROW_BPS = 20;
const WIDE_BPS = 30;

const idOf = (symbol: MarketSymbol): MarketId => marketId('purple-flea', symbol);
const BTC = idOf('BTC-PERP');
/** What its schedule says to the function that quotes it. */
const EVENT: RequoteEvent = { group: BTC, markets: [BTC] };

let cloud: Cloud;
let records: Records;

beforeAll(async () => {
  cloud = await startCloud(PARAMETERS);
  ({ records } = cloud);
  return async () => cloud.stop();
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    process.stderr.write(
      `\nThe logs of the emulator and of the functions end:\n${await cloud.lastWords()}\n`,
    );
  });
});

/** Tries until it holds. */
const within = async (seconds: number, holds: () => Promise<void> | void): Promise<void> => {
  await vi.waitFor(holds, { timeout: seconds * SECOND_MS, interval: 200 });
};

/**
 * From our bid to our ask at the exchange, in bps of the bid; undefined unless exactly one of each
 * rests.
 */
function quotedWidthBps(market: MarketSymbol): number | undefined {
  const orders = cloud.exchange.openOrders(market);
  const [bid, ask] = [
    orders.find(({ side }) => side === 'buy'),
    orders.find(({ side }) => side === 'sell'),
  ];
  return bid === undefined || ask === undefined || orders.length !== 2
    ? undefined
    : ((ask.price - bid.price) / bid.price) * 10_000;
}

const fillIds = (market: MarketSymbol): readonly string[] =>
  cloud.exchange.fills(market).map(({ id }) => id);

// One deployment, lived through in order: each test finds what the one before has left.
describe('the stack deployed to an emulated account', () => {
  it('is there whole, on the runtime that AWS will run, and deploying it again changes nothing', async () => {
    expect(await cloud.aws.stackStatus(STATE_STACK)).toBe('CREATE_COMPLETE');
    expect(await cloud.aws.stackStatus(TRADING_STACK)).toBe('CREATE_COMPLETE');
    expect([...new Set(cloud.functions.map(({ Runtime }) => Runtime))]).toEqual(['nodejs24.x']);
    const again = await cloud.deployAgain();
    expect(again.said).toContain(`${STATE_STACK} (no changes)`);
    expect(again.said).toContain(`${TRADING_STACK} (no changes)`);
    expect(again.outputs).toEqual(cloud.tables);
  });

  it('looks at funding when the check is invoked, and sets the tilt of a funding time once', async () => {
    const { FunctionName } = cloud.functionCalled('funding-check');
    const first = await cloud.aws.invoke(FunctionName, { markets: MARKETS.map(idOf) });
    expect(first).toMatchObject({
      error: undefined,
      answer: [{ kind: 'checked' }, { kind: 'checked' }],
    });
    const tilt = await records.tilt('BTC-PERP');
    expect(tilt).toMatchObject({
      action: 'lean_short',
      targetRatio: -0.2,
      fundingTime: nextBoundary(epochMs(Date.now()), 8),
    });
    expect(tilt?.rateBps).toBeCloseTo(5, 9);
    expect(await records.tilt('ETH-PERP')).toMatchObject({ action: 'neutral', targetRatio: 0 });
    const second = await cloud.aws.invoke(FunctionName, { markets: MARKETS.map(idOf) });
    expect(second).toMatchObject({ error: undefined, answer: [{ set: false }, { set: false }] });
    expect(await records.tilt('BTC-PERP')).toEqual(tilt);
  });

  it('lets no function edit the parameters it trades by or delete what it has booked', async () => {
    const [parameters, ledger] = [
      { TableName: cloud.tables.ParametersTableName },
      { TableName: cloud.tables.LedgerTableName },
    ];
    for (const { Role } of cloud.functions) {
      const credentials = await cloud.aws.assumeRole(Role);
      const asFunction = createDocumentClient({
        endpoint: cloud.emulator.endpoint,
        region: REGION,
        credentials,
      });
      const edit = asFunction.send(
        new PutCommand({ ...parameters, Item: { market: 'DEFAULT', mode: 'live' } }),
      );
      await expect(edit).rejects.toMatchObject({ name: 'AccessDeniedException' });
      const deletion = asFunction.send(
        new DeleteCommand({
          ...ledger,
          Key: { marketDay: 'purple-flea/BTC-PERP#2026-01-05', timeId: '0' },
        }),
      );
      await expect(deletion).rejects.toMatchObject({ name: 'AccessDeniedException' });
      asFunction.destroy();
    }
  });

  it('starts a session of each market on schedule, whose quotes rest at the exchange', async () => {
    for (const market of MARKETS) {
      await within(90, () => expect(quotedWidthBps(market)).toBeLessThan(NARROW_BPS));
      expect(await records.lease(market)).toMatchObject({ group: idOf(market) });
    }
  });

  it('turns a second session of a market away at once while the first one holds it', async () => {
    const holder = await records.lease('BTC-PERP');
    const second = await cloud.aws.invoke(cloud.requoteOf('BTC-PERP').FunctionName, EVENT);
    expect(second).toMatchObject({
      error: undefined,
      answer: { kind: 'already-held', by: holder?.owner },
    });
    expect(second.tookMs).toBeLessThan(5 * SECOND_MS);
    expect(await records.lease('BTC-PERP')).toMatchObject({
      fence: holder?.fence,
      owner: holder?.owner,
    });
  });

  it('books what is filled at the exchange while it trades', async () => {
    for (const market of MARKETS) {
      await within(20, () => expect(fillIds(market).length).toBeGreaterThanOrEqual(3));
      const filled = fillIds(market);
      await within(10, async () =>
        expect(await records.bookedFills(market)).toEqual(expect.arrayContaining([...filled])),
      );
    }
  });

  it('hedges a breach through the bus, the rule and the hedge function', async () => {
    cloud.markets['BTC-PERP'].onlyTakers('sell');
    await within(30, async () => expect(await records.hedge('BTC-PERP')).toBeDefined());
    cloud.markets['BTC-PERP'].onlyTakers('sell', 'buy');
    await within(30, async () =>
      expect(await records.hedge('BTC-PERP')).toMatchObject({ status: { kind: 'done' } }),
    );
    const hedge = await records.hedge('BTC-PERP');
    expect(hedge).toMatchObject({
      intent: { thresholdUsd: 275 },
      status: { outcome: { kind: 'hedged' } },
    });
    expect(hedge?.intent.inventoryUsd).toBeGreaterThan(275);
    const taken = cloud.exchange.fills('BTC-PERP').filter(({ liquidity }) => liquidity === 'taker');
    expect([...new Set(taken.map(({ side }) => side))]).toEqual(['sell']);
    // The intent is done before the function is, whose lines are there only when it has returned.
    await within(30, async () => {
      const said = await cloud.aws.logLines(cloud.functionCalled('hedge').LoggingConfig.LogGroup);
      expect(said.filter((line) => line.includes(`"hedgeId":"${hedge?.intent.id}"`))).toHaveLength(
        1,
      );
    });
  });

  it('refuses a wrong edit, names it in the audit and goes on with the last good parameters', async () => {
    const fence = (await records.lease('BTC-PERP'))?.fence;
    await records.editParameters('BTC-PERP', { baseSpreadBps: 'forty' });
    await within(25, async () => {
      const problem =
        'baseSpreadBps is "forty"; allowed: 0.1 to 1000, as a number (type N), not a text (in item purple-flea/BTC-PERP)';
      expect(await records.audits('BTC-PERP')).toContainEqual(
        expect.objectContaining({ status: 'refused', problems: [problem] }),
      );
    });
    const quotedBefore = (await records.session('BTC-PERP'))?.quotesPlaced ?? 0;
    // A session is saved once a minute.
    await within(75, async () =>
      expect((await records.session('BTC-PERP'))?.quotesPlaced).toBeGreaterThan(quotedBefore),
    );
    // The emulator stands still for seconds at times, and blind quotes are cancelled.
    await within(20, () => expect(quotedWidthBps('BTC-PERP')).toBeLessThan(NARROW_BPS));
    expect((await records.lease('BTC-PERP'))?.fence).toBe(fence);
  });

  it('takes over a right edit of one market within ten seconds or so', async () => {
    await records.editParameters('BTC-PERP', { baseSpreadBps: 40 });
    await within(25, () => expect(quotedWidthBps('BTC-PERP')).toBeGreaterThan(WIDE_BPS));
    await within(20, () => expect(quotedWidthBps('ETH-PERP')).toBeLessThan(NARROW_BPS));
    const changes = ['baseSpreadBps 10 -> 40'];
    expect(await records.audits('BTC-PERP')).toContainEqual(
      expect.objectContaining({ status: 'accepted', changes }),
    );
  });

  it('cancels everything and lets go of the markets when it is switched off', async () => {
    // Only a cancel can now take the quotes of the one market off, while those of the other may be
    // filled until the very end.
    cloud.markets['BTC-PERP'].onlyTakers();
    await within(20, () => expect(cloud.exchange.openOrders('BTC-PERP')).toHaveLength(2));
    await records.editParameters('DEFAULT', { ...PARAMETERS, mode: 'off' });
    // Where the emulator swallowed an answer, lists alone prove the stop: up to 85 s.
    await within(90, async () => {
      for (const market of MARKETS) {
        expect(cloud.exchange.openOrders(market)).toEqual([]);
        expect(await records.lease(market)).toBeUndefined();
      }
    });
    const next = await cloud.aws.invoke(cloud.requoteOf('BTC-PERP').FunctionName, EVENT);
    // It proves once more that nothing rests, and decides nothing.
    expect(next.answer).toMatchObject({
      kind: 'ran',
      decisions: 0,
      quotesPlaced: 0,
      ended: { kind: 'stopped', why: 'mode is off' },
    });
    for (const market of MARKETS) expect(cloud.exchange.openOrders(market)).toEqual([]);
  });

  it('leaves books that close: every fill once, and a P&L that is the change of equity to a millionth of a dollar', async () => {
    for (const market of MARKETS) {
      await within(30, async () => {
        expect((await records.hedge(market))?.status.kind ?? 'done').toBe('done');
      });
      expect((await records.bookedFills(market)).toSorted()).toEqual(fillIds(market).toSorted());
      const entries = await records.ledger(market);
      expect(entries.filter(({ kind }) => kind === 'adjustment')).toEqual([]);
      const { feed, mid } = cloud.exchange.market(market);
      const pnl = profitAndLossOf(entries, feed.spec.lot, mid());
      expect(pnl.position.size).toBe(cloud.exchange.position(market));
      expect(Math.abs(netPnlUsd(pnl))).toBeGreaterThan(0);
      expect(Math.abs(netPnlUsd(pnl) - cloud.exchange.equityChangeUsd(market))).toBeLessThanOrEqual(
        1e-6,
      );
    }
    // The markets go on moving: both sides of the comparison are taken at the same moment.
    const totalUsd = MARKETS.reduce(
      (sum, market) => sum + cloud.exchange.equityChangeUsd(market),
      0,
    );
    expect(Math.abs(cloud.exchange.totalEquityChangeUsd() - totalUsd)).toBeLessThanOrEqual(1e-6);
  });

  it('has met no error on the way but the wrong edit', async () => {
    const lines = (
      await Promise.all(
        cloud.functions.map(({ LoggingConfig }) => cloud.aws.logLines(LoggingConfig.LogGroup)),
      )
    ).flat();
    const errors = lines.filter(
      (line) => line.includes('"level":"ERROR"') || /\bError: |Task timed out/.test(line),
    );
    expect(errors).toEqual([
      expect.stringContaining('parameters refused, the last good ones stay in force'),
    ]);
    expect(cloud.exchange.failures).toEqual([]);
  });
});
