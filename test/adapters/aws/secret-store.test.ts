import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSecretStore } from '#shared/adapters/aws/secret-store.ts';
import { InputError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';

const KEY = 'pf_live_PLANTED';
const SHAPE = 'fill it with {"purple-flea":{"apiKey":"..."}}';
const MINUTE = 60_000;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.unstubAllEnvs();
});

/**
 * A Secrets Manager on the loopback, and the store under a clock that stands still until the test
 * moves it.
 */
async function aStore(first: { readonly status?: number; readonly body: unknown }) {
  const service = { ...first, reads: 0 };
  const server = createServer((request, response) => {
    request.resume();
    service.reads += 1;
    response
      .writeHead(service.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(service.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new SecretsManagerClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
  const time = { now: 0 };
  const clock = { now: () => epochMs(time.now), sleep: async () => undefined };
  return {
    service,
    time,
    endpoint,
    clock,
    store: createSecretStore({ secretId: 'venues', clock, client }),
  };
}

const holding = (secret: unknown) => ({
  body: {
    Name: 'venues',
    SecretString: typeof secret === 'string' ? secret : JSON.stringify(secret),
  },
});
const withKey = (apiKey: string) =>
  holding({ 'purple-flea': { apiKey }, other: { apiKey: 'other-key' } });

describe('the secret store', () => {
  it('has the key of each venue', async () => {
    const { store } = await aStore(withKey(KEY));
    expect(await store.venueKey('purple-flea', 'quote')).toBe(KEY);
    expect(await store.venueKey('other', 'quote')).toBe('other-key');
  });

  it('reads a key once in ten minutes and sees a new one after that', async () => {
    const { store, service, time } = await aStore(withKey('old'));
    expect(await store.venueKey('purple-flea', 'quote')).toBe('old');
    Object.assign(service, withKey('new'));
    time.now = 10 * MINUTE - 1;
    expect(await store.venueKey('purple-flea', 'quote')).toBe('old');
    expect(service.reads).toBe(1);
    time.now = 10 * MINUTE;
    expect(await store.venueKey('purple-flea', 'quote')).toBe('new');
    expect(service.reads).toBe(2);
  });

  it('looks again at once after a failure, so that filling the secret helps', async () => {
    const { store, service } = await aStore(holding(''));
    await expect(store.venueKey('purple-flea', 'quote')).rejects.toThrow(InputError);
    Object.assign(service, withKey(KEY));
    expect(await store.venueKey('purple-flea', 'quote')).toBe(KEY);
  });

  it.each([
    ['empty', holding(''), `secret venues is empty: ${SHAPE}`],
    ['blank', holding(' \n'), `secret venues is empty: ${SHAPE}`],
    [
      'binary',
      { body: { Name: 'venues', SecretBinary: btoa(KEY) } },
      `secret venues is empty: ${SHAPE}`,
    ],
    ['the bare key', holding(KEY), `secret venues is not a JSON object: ${SHAPE}`],
    [
      'broken JSON',
      holding(`{"purple-flea":{"apiKey":"${KEY}"`),
      `secret venues is not a JSON object: ${SHAPE}`,
    ],
    ['a list', holding([KEY]), `secret venues is not a JSON object: ${SHAPE}`],
    ['null', holding('null'), `secret venues is not a JSON object: ${SHAPE}`],
    [
      'keyed by the key',
      holding({ [KEY]: {} }),
      `secret venues has no key for purple-flea: ${SHAPE}`,
    ],
    [
      'without the venue',
      holding({ hyperliquid: { apiKey: KEY } }),
      `secret venues has no key for purple-flea: ${SHAPE}`,
    ],
    [
      'the key in the wrong place',
      holding({ 'purple-flea': KEY }),
      'secret venues: the key for purple-flea must be text',
    ],
    [
      'under another name',
      holding({ 'purple-flea': { [KEY]: KEY } }),
      'secret venues: the key for purple-flea must be text',
    ],
    ['an empty key', withKey(''), 'secret venues: the key for purple-flea must be text'],
    [
      'a role that nobody has',
      holding({ 'purple-flea': { apiKey: 'k', roles: { hegde: { apiKey: KEY } } } }),
      'its roles only quote, hedge, watchdog',
    ],
    [
      'a role with a key that is none',
      holding({ 'purple-flea': { apiKey: 'k', roles: { hedge: { apiKey: `${KEY} ` } } } }),
      'secret venues: the key for purple-flea must be text',
    ],
    [
      'a key with a line break',
      withKey(`${KEY}\n`),
      'secret venues: the key for purple-flea must be text of printable characters',
    ],
  ])(
    'says what to do, and nothing of the content, when the secret is %s',
    async (_case, answer, message) => {
      const { store } = await aStore(answer);
      const error: unknown = await store
        .venueKey('purple-flea', 'quote')
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('PLANTED');
    },
  );

  it('gives a role its own key where it has one, and the key of all where it has none', async () => {
    const roles = { hedge: { apiKey: 'hedge-key' }, watchdog: { apiKey: 'watch-key' } };
    const { store } = await aStore(holding({ 'purple-flea': { apiKey: KEY, roles } }));
    expect(await store.venueKey('purple-flea', 'quote')).toBe(KEY);
    expect(await store.venueKey('purple-flea', 'hedge')).toBe('hedge-key');
    expect(await store.venueKey('purple-flea', 'watchdog')).toBe('watch-key');
    expect(await store.venueKey('purple-flea', 'hedge')).toBe('hedge-key');
  });

  it('says that the secret is missing or has no value yet', async () => {
    const { store } = await aStore({
      status: 400,
      body: { __type: 'ResourceNotFoundException', Message: `cannot find ${KEY}` },
    });
    await expect(store.venueKey('purple-flea', 'quote')).rejects.toThrow(
      new InputError(`secret venues does not exist or has no value yet: ${SHAPE}`),
    );
  });

  it('names any other failure and passes nothing of it on', async () => {
    const { store } = await aStore({
      status: 400,
      body: { __type: 'AccessDeniedException', Message: `not for ${KEY}` },
    });
    const error: unknown = await store
      .venueKey('purple-flea', 'quote')
      .catch((caught: unknown) => caught);
    expect(error).toEqual(new Error('secret venues could not be read: AccessDeniedException'));
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('PLANTED');
  });

  it('is not fooled by a venue named like something every object has', async () => {
    const { store } = await aStore(withKey(KEY));
    await expect(store.venueKey('constructor', 'quote')).rejects.toThrow(
      'secret venues has no key for constructor',
    );
  });

  it('makes its own client from the environment', async () => {
    const { endpoint, clock } = await aStore(withKey(KEY));
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    expect(
      await createSecretStore({ secretId: 'venues', clock }).venueKey('purple-flea', 'quote'),
    ).toBe(KEY);
  });
});
