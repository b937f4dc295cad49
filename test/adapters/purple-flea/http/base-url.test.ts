import { describe, expect, it } from 'vitest';
import { checkedBaseUrl, urlOf } from '#shared/adapters/purple-flea/http/base-url.ts';
import { connectPurpleFlea } from '#shared/adapters/purple-flea/connect.ts';
import { InputError } from '#shared/domain/failure.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import { KEY, NOW } from '../builders.ts';

describe('the address of a request', () => {
  it.each([
    ['https://example.test', '/v1/orders', 'https://example.test/v1/orders'],
    ['https://example.test/', '/v1/orders', 'https://example.test/v1/orders'],
    ['https://example.test', '/api/orders', 'https://example.test/api/orders'],
    ['https://example.test/api', '/v1/orders', 'https://example.test/api/v1/orders'],
    ['https://example.test/api//', '/api/orders', 'https://example.test/api/orders'],
    [
      'http://127.0.0.1:8787/api',
      '/api/ticker/BTC-PERP',
      'http://127.0.0.1:8787/api/ticker/BTC-PERP',
    ],
    ['https://example.test/gateway', '/api/orders', 'https://example.test/gateway/api/orders'],
  ] as const)('at %s of %s is %s', (base, path, url) => {
    expect(urlOf(checkedBaseUrl(base), path)).toBe(url);
  });

  it('carries its query escaped', () => {
    expect(urlOf('https://example.test', '/v1/orders', { symbol: 'xyz:A&B', since: 5 })).toBe(
      'https://example.test/v1/orders?symbol=xyz%3AA%26B&since=5',
    );
  });
});

describe('options that cannot be used', () => {
  const create = (options: object): (() => unknown) => {
    return () =>
      connectPurpleFlea({
        isOurs,
        baseUrl: 'https://example.test',
        apiKey: KEY,
        clock: { now: () => NOW },
        ...options,
      });
  };

  it.each([
    ['no URL', { baseUrl: 'example.test' }, 'baseUrl'],
    ['plain http to somewhere else', { baseUrl: 'http://example.test' }, 'https'],
    ['a password in the URL', { baseUrl: 'https://me:secret@example.test' }, 'baseUrl'],
    ['a query in the URL', { baseUrl: 'https://example.test/?key=1' }, 'baseUrl'],
    ['a base that already has the version', { baseUrl: 'https://example.test/api/v1/' }, '/v1'],
    ['a time limit of zero', { timeouts: { readMs: 0 } }, 'timeouts.readMs'],
    ['a time limit that is no number', { timeouts: { writeMs: Number.NaN } }, 'timeouts.writeMs'],
    ['a lot of zero', { defaultLot: 0 }, 'defaultLot'],
    ['no pages', { maxTradePages: 0 }, 'maxTradePages'],
  ])('are refused: %s', (_what, options, named) => {
    expect(create(options)).toThrow(InputError);
    expect(create(options)).toThrow(named);
  });

  it.each(['', 'short', 'pf_live_with\r\nInjected: header', 'pf_live_schlüssel', 'pf_live_a/b"c'])(
    'are refused without showing the key: %j',
    (apiKey) => {
      expect(create({ apiKey })).toThrow(
        /^purple-flea: apiKey must be 8 to 512 letters, digits or any of _ \. ~ -$/,
      );
    },
  );

  it('are not the usual ones', () => {
    const venue = connectPurpleFlea({
      isOurs,
      baseUrl: 'https://example.test/api',
      apiKey: KEY,
      clock: { now: () => NOW },
    });
    expect(venue.execution.can.requestTimeoutMs).toBe(5000);
    expect(JSON.stringify(venue)).not.toContain(KEY);
  });
});
