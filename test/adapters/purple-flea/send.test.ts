import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { CommandOutcome, CommandResult } from '#shared/domain/venue/venue-answers.ts';
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedServer,
} from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { approved, aQuote, aReduce, aVenue, LATER, NOW } from './builders.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
  server.on('POST /v1/mm/quote', { body: { bid_id: 'bid-0001', ask_id: 'ask-0001' } });
  server.on('POST /api/orders', { body: { order_id: 'ord-0001' } });
  server.on('POST /v1/mm/hedge', { body: { fill_price: 99_950.5, filled_size: 0.25 } });
});
afterEach(async () => {
  await server.close();
});

const BID = aQuote({ clientId: 'bid' });
const ASK = aQuote({ side: 'sell', clientId: 'ask' });
const cancel = (venueId: string): OrderCommand => ({ kind: 'cancel', market: BTC, venueId });

const send = async (...commands: readonly OrderCommand[]): Promise<readonly CommandResult[]> =>
  aVenue(server).execution.send(approved(...commands), LATER);
/** By id, as whoever sends must take them. */
const outcomes = async (
  ...commands: readonly OrderCommand[]
): Promise<Readonly<Record<string, CommandOutcome>>> =>
  Object.fromEntries((await send(...commands)).map(({ id, outcome }) => [id, outcome]));
const placed = (venueId: string): object => ({ kind: 'placed', venueId, filled: 0 });
const containing = (text: string): string => expect.stringContaining(text) as string;

describe('sending', () => {
  it('answers every command by its id, with a bid and an ask of a level as one quote', async () => {
    server.on('DELETE /v1/orders/o%2F1', { body: { order_id: 'o/1', status: 'cancelled' } });
    const second = aQuote({ level: 1, clientId: 'second' });
    const reduce = aReduce({ clientId: 'hedge' });
    const results = await send(ASK, reduce, cancel('o/1'), second, BID);
    expect(results.map(({ id, kind }) => `${kind} ${id}`).toSorted()).toEqual([
      'cancel o/1',
      'place ask',
      'place bid',
      'place second',
      'reduce hedge',
    ]);
    expect(Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]))).toEqual({
      ask: placed('ask-0001'),
      bid: placed('bid-0001'),
      second: placed('ord-0001'),
      hedge: { kind: 'reduced', averagePrice: 99_950.5, reduced: 0.25 },
      'o/1': { kind: 'cancelled', filled: undefined },
    });
    expect(server.requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'DELETE /v1/orders/o%2F1',
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

  it('is one round trip: the quotes are there before a cancel is answered', async () => {
    let quotedFirst = false;
    server.on('DELETE /v1/orders/o1', async () => {
      const deadline = Date.now() + 2000;
      while (server.count('POST /v1/mm/quote') === 0 && Date.now() < deadline)
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      quotedFirst = server.count('POST /v1/mm/quote') === 1;
      return { body: { id: 'o1', status: 'cancelled' } };
    });
    expect(await outcomes(cancel('o1'), BID, ASK)).toMatchObject({
      o1: { kind: 'cancelled' },
      bid: placed('bid-0001'),
    });
    expect(quotedFirst).toBe(true);
  });

  it('sends nothing once the time it was given has run out', async () => {
    const commands = [cancel('o1'), BID, ASK, aReduce({ clientId: 'hedge' })];
    for (const expiresAt of [NOW, epochMs(NOW - 25)]) {
      const results = await aVenue(server).execution.send(approved(...commands), expiresAt);
      expect(results.map(({ id }) => id)).toEqual(['o1', 'bid', 'ask', 'hedge']);
      for (const { outcome } of results)
        expect(outcome).toEqual({
          kind: 'not-sent',
          why: `its time ran out ${NOW - expiresAt} ms before it could be sent`,
        });
    }
    expect(server.requests).toEqual([]);
  });

  it('passes the guardrails of the server on', async () => {
    const guarded = aVenue(server, { serverGuardrails: { maxInventoryUsd: 750 } });
    await guarded.execution.send(approved(BID, ASK), LATER);
    expect(server.requests[0]?.body).toMatchObject({ max_inventory_usd: 750 });
  });

  it('cancels dozens at once without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const ids = Array.from({ length: 40 }, (_, index) => `o${index}`);
    for (const id of ids)
      server.on(`DELETE /v1/orders/${id}`, { body: { order_id: id, status: 'cancelled' } });
    const results = await outcomes(...ids.map(cancel));
    process.off('warning', note);
    expect(Object.keys(results).toSorted()).toEqual(ids.toSorted());
    for (const outcome of Object.values(results)) expect(outcome.kind).toBe('cancelled');
    expect(warnings).toEqual([]);
  });
});

describe('a yes to a cancel is read', () => {
  const cancelledBy = async (...replies: readonly [ScriptedReply, ...ScriptedReply[]]) => {
    server.on('DELETE /v1/orders/o1', ...replies);
    return (await outcomes(cancel('o1')))['o1'];
  };

  it.each<[object, number | undefined]>([
    [{ order_id: 'o1', status: 'cancelled' }, undefined],
    [{ id: 'o1', status: 'Canceled', filled_size: 0.002 }, 0.002],
    [{ order: { id: 'o1', status: 'cancelled', filled_size: '0' } }, 0],
    [{ success: true }, undefined],
    [{ success: true, order_id: 'o1', status: 'cancelled', error: null }, undefined],
  ])('from %j, with what had traded of it', async (body, filled) => {
    expect(await cancelledBy({ body })).toEqual({ kind: 'cancelled', filled });
  });

  it.each<[string, ScriptedReply]>([
    ['an error inside', { body: { error: 'order is locked' } }],
    ['an error beside a yes', { body: { order_id: 'o1', status: 'cancelled', error: 'no' } }],
    ['a no inside', { body: { success: false, error: 'no' } }],
    ['null', { body: 'null' }],
    ['nothing', { body: '' }],
    ['no content', { status: 204 }],
    ['an empty object', { body: {} }],
    ['a list', { body: [] }],
    ["another order's id", { body: { order_id: 'o2', status: 'cancelled' } }],
    ["another order's id and success", { body: { success: true, id: 'o2' } }],
    ['an id that is none', { body: { success: true, id: {} } }],
    ['a cancel that was rejected', { body: { order_id: 'o1', status: 'rejected' } }],
    ['a state that is no end', { body: { order_id: 'o1', status: 'pending_cancel' } }],
    ['a state without the order', { body: { status: 'cancelled' } }],
    ['the id alone', { body: { order_id: 'o1' } }],
    ['a page', { body: '<html>' }],
    ['a broken server', { status: 503 }],
    ['a reset', 'reset'],
  ])('and from %s nothing is known', async (_case, reply) => {
    expect(await cancelledBy(reply)).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, ScriptedReply, object]>([
    [
      'refused',
      { status: 400, body: { error: 'not_pending' } },
      { kind: 'refused', code: 'not_pending' },
    ],
    [
      'refused for what it may be later',
      { status: 409, body: { error: 'order cannot be cancelled now' } },
      { kind: 'refused' },
    ],
    [
      'sent to a server without that route',
      { status: 404, body: '<html>' },
      { kind: 'refused', code: 'http-404' },
    ],
    [
      'slowed down',
      { status: 429, headers: { 'Retry-After': '4' } },
      { kind: 'rate-limited', retryAfterMs: 4000 },
    ],
  ])('that was %s is a no', async (_case, reply, outcome) => {
    expect(await cancelledBy(reply)).toMatchObject(outcome);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a cancel of what is not there any more', () => {
  const LOOK_UP = 'GET /v1/orders/o1';
  const goneBy = async (status: number, code: string): Promise<CommandOutcome | undefined> => {
    server.on('DELETE /v1/orders/o1', { status, body: { success: false, error_code: code } });
    return (await outcomes(cancel('o1')))['o1'];
  };

  it('because it is filled says all, and is not looked up', async () => {
    expect(await goneBy(409, 'ORDER_ALREADY_FILLED')).toEqual({ kind: 'gone', filled: 'all' });
    expect(server.count(LOOK_UP)).toBe(0);
  });

  it.each([
    [409, 'ORDER_ALREADY_CANCELLED'],
    [404, 'ORDER_NOT_FOUND'],
  ])('for another reason (%d) is looked up once for what had traded', async (status, code) => {
    server.on(LOOK_UP, { body: { id: 'o1', status: 'cancelled', filled_size: 0.001 } });
    expect(await goneBy(status, code)).toEqual({ kind: 'gone', filled: 0.001 });
    server.on(LOOK_UP, { body: { order: { order_id: 'o1', status: 'filled' } } });
    expect(await goneBy(status, code)).toEqual({ kind: 'gone', filled: 'all' });
    expect(server.count(LOOK_UP)).toBe(2);
  });

  it.each<[string, ScriptedReply]>([
    ['is not known', { status: 404, body: { error: 'not_found' } }],
    ['is not answered', { status: 503 }],
    ['shows another order', { body: { id: 'o2', status: 'filled' } }],
    ['does not say', { body: { id: 'o1', status: 'cancelled' } }],
  ])('and %s when it is looked up is gone with an unknown fill', async (_case, reply) => {
    server.on(LOOK_UP, reply);
    expect(await goneBy(404, 'ORDER_NOT_FOUND')).toEqual({ kind: 'gone', filled: undefined });
    expect(server.count(LOOK_UP)).toBe(1);
  });

  it('but is listed when it is looked up is unknown', async () => {
    server.on(LOOK_UP, { body: { id: 'o1', status: 'open', filled_size: 0 } });
    expect(await goneBy(404, 'ORDER_NOT_FOUND')).toEqual({
      kind: 'unknown',
      detail: 'DELETE /v1/orders/o1: said to be gone, but it is listed',
    });
  });
});

describe('a pair of quotes', () => {
  it('is refused as one', async () => {
    server.on('POST /v1/mm/quote', {
      status: 400,
      body: { error: 'would cross', error_code: 'POST_ONLY' },
    });
    const refused = { kind: 'refused', code: 'POST_ONLY' };
    expect(await outcomes(BID, ASK)).toMatchObject({ bid: refused, ask: refused });
  });

  it('may rest on one side only, when the venue says that the other has no order', async () => {
    server.on('POST /v1/mm/quote', {
      body: { bid_id: null, ask_id: 'ask-0002', reason: 'one-sided:\nat the limit' },
    });
    expect(await outcomes(ASK, BID)).toEqual({
      ask: placed('ask-0002'),
      bid: {
        kind: 'refused',
        code: 'not-placed',
        reason: 'the venue did not place the bid: one-sided: at the limit',
      },
    });
  });

  it('that was filled or cancelled at once says so', async () => {
    server.on('POST /v1/mm/quote', {
      body: { bid_id: 'b', bid_status: 'filled', ask_id: 'a', ask_status: 'cancelled' },
    });
    expect(await outcomes(ASK, BID)).toMatchObject({
      bid: { kind: 'placed', venueId: 'b', filled: BID.size },
      ask: { kind: 'refused', code: 'not-placed' },
    });
  });

  it.each([
    [{}],
    [[]],
    [{ bid_id: '', ask_id: 'a' }],
    [{ bid_id: {}, ask_id: 'a' }],
    [{ bid_id: 'b', ask_id: 'a', error: 'partly' }],
  ])('answered with %j leaves the bid unknown', async (body) => {
    server.on('POST /v1/mm/quote', { body });
    expect((await outcomes(BID, ASK))['bid']).toMatchObject({ kind: 'unknown' });
  });
});

describe('a single quote and a reduction', () => {
  it('are told from an answer that nests the order, with what traded at once', async () => {
    server.on('POST /api/orders', {
      status: 201,
      body: { success: true, order: { id: 'ord-9', filled_size: 0.001 } },
    });
    expect(await outcomes(BID)).toEqual({
      bid: { kind: 'placed', venueId: 'ord-9', filled: 0.001 },
    });
  });

  it.each([
    [{ ok: 'sure' }],
    [{ order_id: 'x', client_order_id: 'of another' }],
    [{ error: 'no' }],
  ])('are unknown when the answer does not tell: %j', async (body) => {
    server.on('POST /api/orders', { body });
    server.on('POST /v1/mm/hedge', { body: { ...body, fill_price: 'market' } });
    expect(await outcomes(BID, aReduce({ clientId: 'hedge' }))).toMatchObject({
      bid: { kind: 'unknown' },
      hedge: { kind: 'unknown' },
    });
  });

  it('reduce nothing where nothing could be had at the limit', async () => {
    server.on('POST /v1/mm/hedge', { body: { fill_price: null } });
    expect(await outcomes(aReduce({ clientId: 'hedge' }))).toEqual({
      hedge: { kind: 'reduced', averagePrice: undefined, reduced: 0 },
    });
  });

  it('are not sent when there is nothing to reduce', async () => {
    expect(await outcomes({ ...aReduce({ clientId: 'hedge' }), positionSize: 0 as never })).toEqual(
      {
        hedge: { kind: 'not-sent', why: containing('zero') },
      },
    );
    expect(server.requests).toEqual([]);
  });
});
