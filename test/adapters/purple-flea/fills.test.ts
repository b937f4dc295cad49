import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { FillList } from '#shared/domain/venue/venue-answers.ts';
import { startScriptedServer, type ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { aVenue, MARKET, NOW } from './builders.ts';

const ROUTE = 'GET /v1/trade/history';
let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await server.close();
});

interface Trade {
  readonly id: string;
  readonly timestamp?: number;
  readonly createdAt?: number;
}
const trade = (id: number, at: number): Trade & { timestamp: number } => ({
  ...ROW,
  id: `t${id}`,
  timestamp: at,
});
const ROW = {
  orderId: 'o',
  coin: MARKET,
  side: 'buy',
  size: 0.001,
  price: 100_000,
  fee: 0.01,
  liquidity: 'maker',
};

/** Oldest first from `since` inclusive, at most `cap` at once. */
function serveHistory(history: readonly (Trade & { timestamp: number })[], cap = 200): void {
  server.on(ROUTE, ({ query }) => {
    const later = history.filter(({ timestamp }) => timestamp >= Number(query['since']));
    return { body: { trades: later.slice(0, Math.min(cap, Number(query['limit']))) } };
  });
}

const list = async (since: number, maxTradePages = 50): Promise<VenueOutcome<FillList>> =>
  aVenue(server, { maxTradePages }).history.fills(BTC, epochMs(since));

const ids = async (since: number, maxTradePages = 50): Promise<readonly string[] | string> => {
  const fills = await list(since, maxTradePages);
  return fills.ok ? fills.value.fills.map(({ id }) => id) : JSON.stringify(fills.failure);
};

describe('the fills', () => {
  it('are asked for by market and time, in one request when they are few', async () => {
    serveHistory([trade(1, NOW), trade(2, NOW + 5)]);
    expect(await ids(NOW)).toEqual(['t1', 't2']);
    expect(server.count(ROUTE)).toBe(1);
    expect(server.requests.at(-1)?.query).toEqual({
      symbol: MARKET,
      since: String(NOW),
      limit: '200',
    });
  });

  it('are complete and single whatever the times, the number and the cap of the venue', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 700 }),
        fc.constantFrom(200, 100, 50, 25, 20),
        async (offsets, cap) => {
          const busiest = Math.max(
            0,
            ...Object.values(Object.groupBy(offsets, String)).map((same) => same?.length ?? 0),
          );
          fc.pre(busiest < cap);
          const history = offsets
            .toSorted((a, b) => a - b)
            .map((offset, index) => trade(index, NOW + offset));
          serveHistory(history, cap);
          const expected = history
            .filter(({ timestamp }) => timestamp >= NOW + 10)
            .map(({ id }) => id);
          expect(new Set(await ids(NOW + 10))).toEqual(new Set(expected));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('come oldest first, ties by id, however a short answer is sorted', async () => {
    server.on(ROUTE, { body: { trades: [trade(3, NOW + 9), trade(2, NOW), trade(1, NOW)] } });
    expect(await ids(NOW)).toEqual(['t1', 't2', 't3']);
  });

  it('before the time asked for are left out, but not those cut off to the second in which it lies', async () => {
    const since = NOW + 500;
    const coarse = { ...ROW, id: 'coarse', createdAt: NOW / 1000 };
    server.on(ROUTE, {
      body: {
        trades: [
          { ...coarse, id: 'old', createdAt: NOW / 1000 - 1 },
          trade(1, NOW + 499),
          coarse,
          trade(2, since),
        ],
      },
    });
    expect(await ids(since)).toEqual(['coarse', 't2']);
  });

  it('are never a part of them: too many pages fail', async () => {
    serveHistory(Array.from({ length: 500 }, (_, index) => trade(index, NOW + index)));
    expect(await ids(NOW, 3)).toHaveLength(500);
    expect(await ids(NOW, 2)).toContain('more than 2 pages');
  });

  it('are never a part of them: a full page in one instant fails', async () => {
    serveHistory(Array.from({ length: 201 }, (_, index) => trade(index, NOW)));
    expect(await ids(NOW)).toContain('does not get past');
    serveHistory(Array.from({ length: 150 }, (_, index) => trade(index, NOW)));
    expect(await list(NOW)).toMatchObject({
      ok: true,
      value: {
        fills: { length: 150 },
        doubtful: [`the venue lists 150 trades at ${NOW}, there may be more`],
      },
    });
  });

  it('are never a part of them: a venue that pages by something else than time fails', async () => {
    const history = Array.from({ length: 200 }, (_, index) => trade(index, NOW + index));
    server.on(ROUTE, { body: { trades: history.toReversed() } });
    expect(await ids(NOW)).toContain('not sorted');
    server.on(ROUTE, { body: { trades: history.slice(0, 50) } });
    expect(await ids(NOW + 100)).toContain('begins before');
  });

  it('are never a part of them: a failure on a later page fails them all', async () => {
    const history = Array.from({ length: 300 }, (_, index) => trade(index, NOW + index));
    server.on(ROUTE, { body: { trades: history.slice(0, 200) } }, { status: 503 });
    expect(await ids(NOW)).toContain('outcome-unknown');
  });

  it('are told apart by id: of two trades with one id the first is taken, and the doubt named', async () => {
    server.on(ROUTE, { body: { trades: [trade(1, NOW), trade(1, NOW + 1), trade(2, NOW + 1)] } });
    expect(await list(NOW)).toMatchObject({
      ok: true,
      value: {
        fills: [{ id: 't1', at: NOW }, { id: 't2' }],
        doubtful: ['two different trades have the id t1, the first is taken'],
      },
    });
    server.on(ROUTE, { body: { trades: [trade(1, NOW), trade(1, NOW)] } });
    expect(await list(NOW)).toMatchObject({ value: { fills: [{ id: 't1' }], doubtful: [] } });
  });

  it('are all read past rows without a time, but not past a full page of them', async () => {
    const history = Array.from({ length: 220 }, (_, index) => ({
      ...trade(index, NOW + index),
      ...(index % 7 === 3 ? { timestamp: null } : {}),
    }));
    server.on(ROUTE, ({ query }) => {
      const from = Number(query['since']) - NOW;
      return { body: { trades: history.slice(from, from + 200) } };
    });
    const read = await list(NOW);
    expect(read.ok && read.value.fills).toHaveLength(220 - 31);
    expect(read.ok && read.value.doubtful.length).toBeGreaterThanOrEqual(31);
    server.on(ROUTE, { body: { trades: Array.from({ length: 50 }, () => ({ coin: 'ETH' })) } });
    expect(await ids(NOW)).toContain('no times to go on from');
  });

  it('of other markets move the page on but are left out', async () => {
    const history = Array.from({ length: 250 }, (_, index) => ({
      ...trade(index, NOW + index),
      coin: index < 240 ? 'ETH' : 'BTC',
    }));
    serveHistory(history);
    expect(await ids(NOW)).toHaveLength(10);
  });
});
