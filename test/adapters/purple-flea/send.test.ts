import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderCommand } from '#shared/domain/order.ts';
import type { CommandResult } from '#shared/ports/venue.ts';
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedServer,
} from '#test/floors/scripted-http-server.ts';
import { approved, aQuote, aReduce, aVenue, MARKET } from './builders.ts';
import { BTC, ETH } from '#test/builders/market.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
  server.on('POST /v1/mm/quote', { body: { bid_id: 'bid-0001', ask_id: 'ask-0001' } });
  server.on('POST /api/orders', { body: { order_id: 'ord-0001' } });
  server.on('POST /v1/mm/cancel', { body: { cancelled: 2 } });
  server.on('POST /v1/mm/hedge', { body: { fill_price: 99_950.5 } });
});
afterEach(async () => {
  await server.close();
});

const BID = aQuote();
const ASK = aQuote({ side: 'sell' });
const cancel = (venueId: string, market = BTC): OrderCommand => ({
  kind: 'cancel',
  market,
  venueId,
});
const cancelAll = (market = BTC): OrderCommand => ({ kind: 'cancel-all', market });

const send = async (...commands: readonly OrderCommand[]): Promise<readonly CommandResult[]> =>
  aVenue(server).send(approved(...commands));
const outcomes = async (
  ...commands: readonly OrderCommand[]
): Promise<readonly CommandResult['outcome'][]> =>
  (await send(...commands)).map(({ outcome }) => outcome);
const done = (value: object): object => ({ ok: true, value });
const CANCELLED = done({ kind: 'cancelled' });

describe('sending', () => {
  it('answers every command in its place, with cancels first and a bid and an ask of a level as one quote', async () => {
    server.on('DELETE /v1/orders/o%2F1', { body: { order_id: 'o/1', status: 'cancelled' } });
    const commands = [ASK, aReduce(), cancel('o/1'), aQuote({ level: 1 }), BID];
    const results = await send(...commands);
    expect(results.map(({ command }) => command)).toEqual(commands);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      done({ kind: 'placed', venueId: 'ask-0001' }),
      done({ kind: 'reduced', averagePrice: 99_950.5 }),
      CANCELLED,
      done({ kind: 'placed', venueId: 'ord-0001' }),
      done({ kind: 'placed', venueId: 'bid-0001' }),
    ]);
    const routes = server.requests.map(({ method, path }) => `${method} ${path}`);
    expect(routes[0]).toBe('DELETE /v1/orders/o%2F1');
    expect(routes.slice(1).toSorted()).toEqual([
      'POST /api/orders',
      'POST /v1/mm/hedge',
      'POST /v1/mm/quote',
    ]);
    expect(server.requests.find(({ path }) => path === '/v1/mm/quote')?.body).toMatchObject({
      bid_price: BID.price,
      ask_price: ASK.price,
    });
  });

  it('of nothing asks nothing', async () => {
    expect(await send()).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('waits for every cancel before it quotes', async () => {
    let answered = false;
    server.on('POST /v1/mm/cancel', async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(server.count('POST /v1/mm/quote')).toBe(0);
      answered = true;
      return { body: {} };
    });
    await send(BID, ASK, cancelAll());
    expect(answered).toBe(true);
    expect(server.requests[0]?.body).toEqual({ symbol: MARKET });
    expect(server.count('POST /v1/mm/quote')).toBe(1);
  });

  it('passes the guardrails of the server on', async () => {
    await aVenue(server, { serverGuardrails: { maxInventoryUsd: 750 } }).send(approved(BID, ASK));
    expect(server.requests[0]?.body).toMatchObject({ max_inventory_usd: 750 });
  });

  it('cancels dozens at once without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const commands = Array.from({ length: 40 }, (_, index) => cancel(`o${index}`));
    for (const index of commands.keys()) server.on(`DELETE /v1/orders/o${index}`, { status: 204 });
    expect(await outcomes(...commands)).toEqual(commands.map(() => CANCELLED));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

describe('a cancel', () => {
  it.each<[string, ScriptedReply]>([
    [
      'of an order the venue does not know',
      { status: 404, body: { success: false, error: 'none', error_code: 'ORDER_NOT_FOUND' } },
    ],
    [
      'of an order that was cancelled before',
      {
        status: 409,
        body: { success: false, error: 'gone', error_code: 'ORDER_ALREADY_CANCELLED' },
      },
    ],
    ['answered without a body', { status: 204 }],
  ])('%s is done, and quoting goes on', async (_case, reply) => {
    server.on('DELETE /v1/orders/o1', reply);
    expect(await outcomes(cancel('o1'), BID, ASK)).toEqual([
      CANCELLED,
      done({ kind: 'placed', venueId: 'bid-0001' }),
      done({ kind: 'placed', venueId: 'ask-0001' }),
    ]);
  });

  it.each<[string, ScriptedReply, object]>([
    [
      'refused',
      { status: 400, body: { error: 'not_pending' } },
      { kind: 'rejected', code: 'not_pending' },
    ],
    [
      'sent to a server without that route',
      { status: 404, body: '<html>' },
      { kind: 'rejected', code: 'http-404' },
    ],
    [
      'slowed down',
      { status: 429, headers: { 'Retry-After': '4' } },
      { kind: 'rate-limited', retryAfterMs: 4000 },
    ],
    ['answered by a broken server', { status: 503 }, { kind: 'outcome-unknown' }],
    ['answered with a page', { body: '<html>' }, { kind: 'outcome-unknown' }],
    ['without an answer', 'reset', { kind: 'outcome-unknown' }],
  ])(
    '%s keeps us from quoting on top of what may be live, in that market alone',
    async (_case, reply, failure) => {
      server.on('DELETE /v1/orders/o1', reply);
      const other = aQuote({ market: ETH, clientId: 'q2.test.quote.ETH-PERP.buy.0.1.1' });
      const withheld = { ok: false, failure: { kind: 'rejected', code: 'cancel-failed' } };
      const results = await outcomes(BID, cancel('o1'), ASK, other, aReduce());
      expect(results).toMatchObject([
        withheld,
        { ok: false, failure },
        withheld,
        done({ kind: 'placed', venueId: 'ord-0001' }),
        done({ kind: 'reduced', averagePrice: 99_950.5 }),
      ]);
      expect(server.count('DELETE /v1/orders/o1')).toBe(1);
      expect(server.count('POST /v1/mm/quote')).toBe(0);
    },
  );

  it('of everything that is refused keeps us from quoting too: 404 is no proof there', async () => {
    server.on('POST /v1/mm/cancel', { status: 404, body: { error: 'not_found' } });
    expect(await outcomes(cancelAll(), BID)).toMatchObject([
      { ok: false, failure: { kind: 'rejected', code: 'not_found' } },
      { ok: false, failure: { kind: 'rejected', code: 'cancel-failed' } },
    ]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a pair of quotes', () => {
  it('is refused as one', async () => {
    server.on('POST /v1/mm/quote', {
      status: 400,
      body: { error: 'would cross', error_code: 'POST_ONLY' },
    });
    const refused = { ok: false, failure: { kind: 'rejected', code: 'POST_ONLY' } };
    expect(await outcomes(BID, ASK)).toMatchObject([refused, refused]);
  });

  it('may rest on one side only, when the venue says that the other has no order', async () => {
    server.on('POST /v1/mm/quote', {
      body: { bid_id: null, ask_id: 'ask-0002', reason: 'one-sided:\nat the limit' },
    });
    expect(await outcomes(ASK, BID)).toMatchObject([
      done({ kind: 'placed', venueId: 'ask-0002' }),
      {
        ok: false,
        failure: {
          kind: 'rejected',
          code: 'not-placed',
          reason: 'the venue did not place the bid: one-sided: at the limit',
        },
      },
    ]);
  });

  it.each([[{}], [[]], [{ bid_id: '', ask_id: 'a' }], [{ bid_id: {}, ask_id: 'a' }]])(
    'answered with %j leaves the bid unknown',
    async (body) => {
      server.on('POST /v1/mm/quote', { body });
      const [bid] = await outcomes(BID, ASK);
      expect(bid).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } });
    },
  );
});

describe('a single quote and a reduction', () => {
  it('are told from an answer that nests the order', async () => {
    server.on('POST /api/orders', { status: 201, body: { success: true, order: { id: 'ord-9' } } });
    expect(await outcomes(BID)).toEqual([done({ kind: 'placed', venueId: 'ord-9' })]);
  });

  it('are unknown when the answer does not tell', async () => {
    server.on('POST /api/orders', { body: { ok: 'sure' } });
    server.on('POST /v1/mm/hedge', { body: { fill_price: 'market' } });
    const unknown = { ok: false, failure: { kind: 'outcome-unknown' } };
    expect(await outcomes(BID, aReduce())).toMatchObject([unknown, unknown]);
  });

  it('reduce nothing where nothing could be had at the limit', async () => {
    server.on('POST /v1/mm/hedge', { body: { fill_price: null } });
    expect(await outcomes(aReduce())).toEqual([done({ kind: 'reduced', averagePrice: undefined })]);
  });

  it('are not sent when there is nothing to reduce', async () => {
    const results = await outcomes(aReduce({ positionSize: aReduce({}).size, size: BID.size }), {
      ...aReduce(),
      positionSize: 0 as never,
    });
    expect(results).toMatchObject([
      { ok: true },
      { ok: false, failure: { kind: 'rejected', code: 'nothing-to-reduce' } },
    ]);
    expect(server.count('POST /v1/mm/hedge')).toBe(1);
  });
});
