import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PurpleFleaOptions } from '#shared/adapters/purple-flea/connect.ts';
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedServer,
} from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { approved, aQuote, aReduce, aVenue, KEY, LATER, MARKET, NOW } from './builders.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await server.close();
});

const VOLATILITY = `GET /v1/markets/${MARKET}/volatility`;
const QUOTE = 'POST /v1/mm/quote';
const SHORT = { timeouts: { readMs: 60, writeMs: 60 } };

const read = async (options?: Partial<PurpleFleaOptions>): Promise<unknown> =>
  aVenue(server, options).data.hourlyVolatility(BTC);
const quote = async (options?: Partial<PurpleFleaOptions>): Promise<unknown> => {
  const pair = approved(aQuote(), aQuote({ side: 'sell' }));
  const results = await aVenue(server, options).execution.send(pair, LATER);
  return results[0]?.outcome;
};
const failure = (expected: object): object => ({ ok: false, failure: expected });
const containing = (text: string): string => expect.stringContaining(text) as string;

async function closedPort(): Promise<string> {
  const closing = createServer();
  closing.listen(0, '127.0.0.1');
  await once(closing, 'listening');
  const { port } = closing.address() as AddressInfo;
  closing.close();
  await once(closing, 'close');
  return `http://127.0.0.1:${port}`;
}

describe('without a whole answer', () => {
  it.each<ScriptedReply>(['reset', 'break-off'])(
    'a read is repeated once after a %s',
    async (broken) => {
      server.on(VOLATILITY, broken, { body: { realized_vol: 0.01 } });
      expect(await read()).toEqual({ ok: true, value: 0.01 });
      expect(server.count(VOLATILITY)).toBe(2);
    },
  );

  it.each<ScriptedReply>(['reset', 'break-off'])(
    'a read is repeated no more than once after a %s',
    async (broken) => {
      server.on(VOLATILITY, broken);
      expect(await read()).toEqual(
        failure({ kind: 'outcome-unknown', detail: containing('the connection broke') }),
      );
      expect(server.count(VOLATILITY)).toBe(2);
    },
  );

  it.each<ScriptedReply>(['reset', 'break-off'])(
    'a write is never repeated after a %s, and its outcome is unknown',
    async (broken) => {
      server.on(QUOTE, broken, { body: { bid_id: 'b', ask_id: 'a' } });
      expect(await quote()).toEqual({
        kind: 'unknown',
        detail: containing('POST /v1/mm/quote: the connection broke'),
      });
      expect(server.count(QUOTE)).toBe(1);
    },
  );

  it.each<ScriptedReply>(['silence', 'trickle'])(
    'neither is waited for longer than its limit, nor repeated: %s',
    async (slow) => {
      server.on(VOLATILITY, slow);
      server.on(QUOTE, slow);
      const detail = containing('no answer within 60 ms');
      expect(await read(SHORT)).toEqual(failure({ kind: 'outcome-unknown', detail }));
      expect(await quote(SHORT)).toEqual({ kind: 'unknown', detail });
      expect(server.count(VOLATILITY)).toBeLessThan(2);
      expect(server.count(QUOTE)).toBeLessThan(2);
    },
  );

  it('a repeated read keeps the limit of one', async () => {
    server.on(VOLATILITY, 'reset', 'silence');
    const limits = vi.spyOn(AbortSignal, 'timeout');
    expect(await read(SHORT)).toEqual(
      failure({ kind: 'outcome-unknown', detail: containing('no answer within 60 ms') }),
    );
    expect(limits.mock.calls).toEqual([[60]]);
    limits.mockRestore();
  });

  it('a look-up after a cancel keeps the limit of the cancel', async () => {
    server.on('DELETE /v1/orders/o1', { status: 404, body: { error: 'not_found' } });
    server.on('GET /v1/orders/o1', 'silence');
    const limits = vi.spyOn(AbortSignal, 'timeout');
    const cancel = approved({ kind: 'cancel', market: BTC, venueId: 'o1' });
    expect(await aVenue(server, SHORT).execution.send(cancel, LATER)).toMatchObject([
      { id: 'o1', outcome: { kind: 'gone', filled: undefined } },
    ]);
    expect(limits.mock.calls).toEqual([[60]]);
    limits.mockRestore();
  });

  it('no time limit may be longer than the time by which a request has arrived', () => {
    for (const name of ['readMs', 'writeMs'] as const)
      expect(() => aVenue(server, { timeouts: { [name]: 10_001 } })).toThrow(
        `purple-flea: timeouts.${name} must be at most 10000, was 10001`,
      );
    const { can } = aVenue(server, { timeouts: { readMs: 9000, writeMs: 10_000 } }).execution;
    expect(can.requestTimeoutMs).toBe(10_000);
    expect(can.requestTimeoutMs).toBeLessThanOrEqual(can.arrivesWithinMs);
  });

  it('what was never sent is a read that failed and a write that was not sent', async () => {
    const baseUrl = await closedPort();
    expect(await read({ baseUrl })).toEqual(
      failure({ kind: 'rejected', code: 'unreachable', reason: containing('ECONNREFUSED') }),
    );
    const notSent = { kind: 'not-sent', why: containing('no connection to the venue') };
    expect(await quote({ baseUrl })).toEqual(notSent);
    const byName = baseUrl.replace('127.0.0.1', 'localhost');
    expect(await quote({ baseUrl: byName })).toEqual(notSent);
  });
});

describe('with an answer that is not to be trusted', () => {
  it('redirects are not followed', async () => {
    const elsewhere = { status: 307, headers: { Location: `${server.url}/elsewhere` } };
    server.on(VOLATILITY, elsewhere);
    server.on(QUOTE, elsewhere);
    expect(await read()).toMatchObject(failure({ kind: 'rejected', code: 'http-307' }));
    expect(await quote()).toMatchObject({ kind: 'refused', code: 'http-307' });
    expect(server.requests).toHaveLength(2);
  });

  it('an answer beyond the bound is not read to its end', async () => {
    const large = {
      body: { realized_vol: 0.01, bid_id: 'b', ask_id: 'a', padding: 'x'.repeat(2000) },
    };
    server.on(VOLATILITY, large);
    server.on(QUOTE, large);
    expect(await read({ maxReplyBytes: 1000 })).toEqual(
      failure({
        kind: 'rejected',
        code: 'unreadable',
        reason: containing('larger than 1000 bytes'),
      }),
    );
    expect(await quote({ maxReplyBytes: 1000 })).toEqual({
      kind: 'unknown',
      detail: containing('larger than 1000 bytes'),
    });
    expect(await read()).toMatchObject({ ok: true });
    expect(server.count(QUOTE)).toBe(1);
  });

  it.each([
    ['no JSON', '{"realized_vol": 0.', 'not JSON'],
    ['JSON without the field', { vol: 1 }, 'realized_vol: is missing'],
    ['no number', { realized_vol: 'NaN' }, 'realized_vol: is not a number'],
    ['a number beyond all numbers', '{"realized_vol": 1e999}', 'realized_vol: is not a number'],
    ['nothing', '', 'volatility'],
  ])('%s is a rejection that names the field', async (_case, body, reason) => {
    server.on(VOLATILITY, { body });
    expect(await read()).toEqual(
      failure({ kind: 'rejected', code: 'unreadable', reason: containing(reason) }),
    );
  });
});

/**
 * Whatever a failing venue can say or leave unsaid, with our key in every place it could put it.
 */
const LEAKS: readonly (readonly [string, ScriptedReply])[] = [
  ...[400, 401, 403, 404, 409, 429, 500, 503, 302].map(
    (status) =>
      [
        `HTTP ${status} that echoes the key`,
        {
          status,
          headers: { 'Retry-After': KEY, 'X-RateLimit-Limit': KEY, Location: `/${KEY}` },
          body: {
            error: KEY,
            error_code: KEY,
            message: `the header "Authorization: Bearer ${KEY}" is wrong`,
            retry_after: KEY,
          },
        },
      ] as const,
  ),
  ['a yes that means no', { body: { success: false, error: `no such key ${KEY}` } }],
  [
    'a list with it',
    {
      body: {
        trades: [{ id: KEY, coin: KEY }],
        orders: [{ status: KEY }],
        payments: KEY,
        best_bid: KEY,
        net_size: KEY,
      },
    },
  ],
  [
    'trades told apart by it',
    { body: { trades: [1, 2].map((at) => ({ ...TRADE(), timestamp: NOW + at })) } },
  ],
  ['its text alone', { body: KEY }],
  ['a reset', 'reset'],
  ['half an answer', 'break-off'],
  ['silence', 'silence'],
];
function TRADE(): object {
  return {
    id: KEY,
    orderId: KEY,
    coin: MARKET,
    side: 'buy',
    size: 1,
    price: 1,
    fee: 0,
    liquidity: 'maker',
  };
}

describe('the key', () => {
  const routes = [
    `GET /v1/markets/${MARKET}`,
    `GET /v1/markets/${MARKET}/price`,
    VOLATILITY,
    'GET /v1/mm/inventory',
    'GET /v1/mm/pnl',
    'GET /v1/orders',
    'GET /v1/trade/history',
    `GET /v1/funding-history/${MARKET}`,
    `GET /api/ticker/${MARKET}`,
    'POST /v1/mm/cancel',
    QUOTE,
    'POST /api/orders',
    'POST /v1/mm/hedge',
    'DELETE /v1/orders/o1',
    'GET /v1/orders/o1',
  ];

  it.each(LEAKS)('is in no outcome: %s', async (_case, reply) => {
    const venue = aVenue(server, { timeouts: { readMs: 40, writeMs: 40 } });
    const { data, execution, history } = venue;
    if (reply !== 'silence') await data.spec(BTC);
    for (const route of routes) server.on(route, reply);
    const everything = [
      ...(await Promise.all([
        data.spec(BTC),
        data.book(BTC),
        data.funding(BTC),
        data.hourlyVolatility(BTC),
        execution.account(BTC),
        history.fills(BTC, NOW),
        history.fundingPayments(BTC, NOW, NOW),
        history.equityChange(BTC, NOW),
      ])),
      ...(await execution.send(
        approved(aQuote(), aQuote({ side: 'sell' }), aQuote({ level: 1 }), aReduce(), {
          kind: 'cancel',
          market: BTC,
          venueId: 'o1',
        }),
        LATER,
      )),
      await execution.cancelOurs(BTC, ['o2']),
      await execution.cancelAll(BTC),
    ];
    expect(everything.length).toBe(15);
    const shown = [
      JSON.stringify(everything),
      inspect(everything, { depth: null, showHidden: true }),
      inspect(venue, { depth: null }),
    ];
    for (const text of shown) {
      expect(text).not.toContain(KEY);
      expect(text).not.toMatch(/axios|user-agent|bid_client_order_id/i);
    }
  });

  it('is not in an unreachable venue either', async () => {
    const baseUrl = await closedPort();
    const shown = [await read({ baseUrl }), await quote({ baseUrl })].map((outcome) =>
      inspect(outcome, { depth: null, showHidden: true }),
    );
    for (const text of shown) expect(text).not.toContain(KEY);
  });
});
