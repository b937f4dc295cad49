import { describe, expect, it } from 'vitest';
import { bodyOf, goneBecause } from '#shared/adapters/purple-flea/http/judge-reply.ts';
import { requestsLeftRatio } from '#shared/adapters/purple-flea/http/rate-limit.ts';
import type { Reply, RequestLine } from '#shared/adapters/purple-flea/http/reply.ts';
import { NOW } from '../builders.ts';

const READ: RequestLine = { kind: 'read', method: 'GET', path: '/v1/orders' };
const WRITE: RequestLine = { kind: 'write', method: 'POST', path: '/v1/mm/quote' };
const QUIET = { retryAfter: undefined, rateLimit: undefined, rateRemaining: undefined };

const reply = (status: number, body: unknown = {}, line = READ, retryAfter?: string): Reply => ({
  line,
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { ...QUIET, retryAfter },
});

describe('a venue that says no', () => {
  it.each([
    [
      'the shape of DOCS',
      { success: false, error: 'Order is too small', error_code: 'SIZE_TOO_SMALL' },
      'SIZE_TOO_SMALL',
      'Order is too small',
    ],
    [
      'the shape of SRC',
      { error: 'invalid_price', message: 'off tick' },
      'invalid_price',
      'off tick',
    ],
    ['SRC without a message', { error: 'unauthorized' }, 'unauthorized', 'unauthorized'],
    ['no body', '', 'http-400', 'no reason given'],
    ['a page', '<html>', 'http-400', 'no reason given'],
    [
      'a text over several lines',
      { error: 'bad\n\tthing\u0007\u001B happened' },
      'http-400',
      'bad thing happened',
    ],
  ])('is understood in %s', (_shape, body, code, reason) => {
    const rejected = {
      kind: 'rejected',
      code,
      reason: `POST /v1/mm/quote answered 400: ${reason}`,
    };
    expect(bodyOf(reply(400, body, WRITE), NOW)).toEqual({ ok: false, failure: rejected });
  });

  it.each([302, 400, 401, 402, 403, 404, 409, 422])(
    'rejects with HTTP %d, read or write',
    (status) => {
      for (const line of [READ, WRITE])
        expect(bodyOf(reply(status, {}, line), NOW)).toMatchObject({
          failure: { kind: 'rejected' },
        });
    },
  );

  it('may do so with a status that says yes', () => {
    const body = { success: false, error: 'market closed', error_code: 'MARKET_CLOSED' };
    expect(bodyOf(reply(200, body, WRITE), NOW)).toMatchObject({
      failure: { kind: 'rejected', code: 'MARKET_CLOSED' },
    });
  });

  it('cannot fill a log with its reason', () => {
    const outcome = bodyOf(reply(400, { error: 'x'.repeat(10_000) }), NOW);
    expect(JSON.stringify(outcome).length).toBeLessThan(400);
  });
});

describe('a venue that breaks', () => {
  it.each([500, 502, 503, 504])('with HTTP %d may have done what was asked', (status) => {
    const detail = `POST /v1/mm/quote: the venue answered ${status}`;
    expect(bodyOf(reply(status, { error: 'orderbook_error' }, WRITE), NOW)).toEqual({
      ok: false,
      failure: { kind: 'outcome-unknown', detail },
    });
    expect(bodyOf(reply(status), NOW)).toMatchObject({ failure: { kind: 'outcome-unknown' } });
  });

  it('with HTTP 503 because the market is closed did nothing', () => {
    const closed = { error: 'market_closed', error_code: 'MARKET_CLOSED', message: 'no book' };
    expect(bodyOf(reply(503, closed, WRITE), NOW)).toMatchObject({
      failure: { kind: 'rejected', code: 'MARKET_CLOSED' },
    });
  });

  it('by timing the request out may have done a write, but no read', () => {
    expect(bodyOf(reply(408, {}, WRITE), NOW)).toMatchObject({
      failure: { kind: 'outcome-unknown' },
    });
    expect(bodyOf(reply(408), NOW)).toMatchObject({ failure: { kind: 'rejected' } });
  });

  it('by answering what is not JSON refused a read and leaves a write unknown', () => {
    expect(bodyOf(reply(200, '<html>'), NOW)).toMatchObject({
      failure: { kind: 'rejected', code: 'unreadable' },
    });
    expect(bodyOf(reply(200, '<html>', WRITE), NOW)).toMatchObject({
      failure: { kind: 'outcome-unknown' },
    });
    expect(bodyOf(reply(200, '{"a": 1', WRITE), NOW)).toMatchObject({
      failure: { kind: 'outcome-unknown' },
    });
  });
});

describe('a venue that asks us to slow down', () => {
  it.each([
    ['seconds', '7', {}, 7000],
    ['a fraction of a second', '0.25', {}, 250],
    ['an HTTP date', new Date(NOW + 3000).toUTCString(), {}, 3000],
    ['a date that has passed', new Date(NOW - 3000).toUTCString(), {}, 1000],
    [
      'seconds in the body',
      undefined,
      { error: 'rate_limit_exceeded', retry_after_seconds: 12 },
      12_000,
    ],
    [
      'seconds in the body of the other page',
      undefined,
      { error: 'rate_limited', retry_after: '2' },
      2000,
    ],
    ['the header before the body', '3', { retry_after: 9 }, 3000],
    ['zero', '0', {}, 1000],
    ['an hour', '3600', {}, 60_000],
    ['nonsense', 'soonish', {}, 1000],
    ['nothing', undefined, {}, 1000],
    ['a page', undefined, '<html>', 1000],
  ])('in %s', (_form, header, body, retryAfterMs) => {
    for (const line of [READ, WRITE])
      expect(bodyOf(reply(429, body, line, header), NOW)).toEqual({
        ok: false,
        failure: { kind: 'rate-limited', retryAfterMs },
      });
  });

  it.each([
    ['100', '25', 0.25],
    ['100;w=60', '0', 0],
    ['100', '250', 1],
    ['0', '0', 1],
    ['100', undefined, 1],
    [undefined, '3', 1],
    ['many', '3', 1],
    ['100', '-3', 1],
  ])('leaves of %s and %s a share of %d', (rateLimit, rateRemaining, share) => {
    expect(requestsLeftRatio({ ...QUIET, rateLimit, rateRemaining })).toBe(share);
  });
});

describe('an order that is already gone', () => {
  const cancel: RequestLine = { kind: 'write', method: 'DELETE', path: '/v1/orders/1' };

  it.each([
    [404, { success: false, error: 'no such order', error_code: 'ORDER_NOT_FOUND' }, 'other'],
    [404, { error: 'not_found' }, 'other'],
    [409, { error_code: 'ORDER_ALREADY_CANCELLED' }, 'other'],
    [409, { error: 'order_already_filled', error_code: 'ORDER_ALREADY_FILLED' }, 'filled'],
    [409, { error: 'order cannot be cancelled now' }, undefined],
    [
      404,
      { error: 'not_found', message: 'no such route', docs: '/docs', openapi: '/openapi.json' },
      undefined,
    ],
    [404, '<html>404</html>', undefined],
    [404, '', undefined],
    [409, {}, undefined],
    [400, { error: 'not_found' }, undefined],
    [200, { error: 'not_found' }, undefined],
  ])('is told by HTTP %d with %j: %s', (status, body, gone) => {
    expect(goneBecause(reply(status, body, cancel))).toBe(gone);
  });
});
