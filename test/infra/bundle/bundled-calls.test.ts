import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlers } from '#infra/bundle/handlers.ts';
import type { handler } from '#test/floors/bundled-calls.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';
import { bundled, type BundledFunction } from '#test/floors/run-bundle.ts';
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedServer,
} from '#test/floors/scripted-http-server.ts';

let calls: BundledFunction;
let tables: DynaliteTables;
let aws: ScriptedServer;
let venue: ScriptedServer;
let environment: Readonly<Record<string, string>>;
let answer: Awaited<ReturnType<typeof handler>>;
let stderr: string;

/** EventBridge and Secrets Manager, as far as the calls go. */
function awsReply(target: unknown, body: unknown): ScriptedReply {
  if (target === 'AWSEvents.PutEvents')
    return JSON.stringify(body).includes('denied')
      ? { status: 400, body: { __type: 'AccessDeniedException', message: 'not on this bus' } }
      : { body: { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] } };
  const { SecretId: secretId } = body as { SecretId: string };
  return secretId === 'venues'
    ? {
        body: {
          ARN: secretId,
          CreatedDate: 1_767_571_200.5,
          SecretString: '{"purple-flea":{"apiKey":"pf_test_1"}}',
        },
      }
    : { status: 400, body: { __type: 'ResourceNotFoundException', Message: 'no such secret' } };
}

function scriptVenue(): void {
  const volatilityOf = (market: string) => `GET /v1/markets/${market}/volatility`;
  const spec = {
    symbol: 'BTC-PERP',
    tick_size: 0.5,
    lot_size: 0.001,
    min_size_usd: 10,
    maker_fee: 0.00015,
    taker_fee: 0.00045,
  };
  venue.on('GET /v1/markets/BTC-PERP', { body: spec });
  venue.on(volatilityOf('BROKEN-PERP'), 'reset', { body: { realized_vol: 0.02 } });
  venue.on(volatilityOf('MOVED-PERP'), {
    status: 307,
    headers: { location: `${venue.url}/elsewhere` },
  });
  venue.on('POST /api/orders', ({ body }) => {
    const { market } = body as { market: string };
    if (market.startsWith('LIMITED'))
      return { status: 429, headers: { 'retry-after': '2' }, body: { error: 'rate_limited' } };
    if (market.startsWith('RESET')) return 'reset';
    return market.startsWith('SILENT') ? 'silence' : { body: { order_id: 'o1' } };
  });
}

beforeAll(async () => {
  [calls, tables, aws, venue] = await Promise.all([
    bundled('test/floors/bundled-calls.ts'),
    startDynaliteTables(),
    startScriptedServer(),
    startScriptedServer(),
  ]);
  aws.on('POST /', ({ headers, body }) => awsReply(headers['x-amz-target'], body));
  scriptVenue();
  environment = {
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'planted',
    AWS_SESSION_TOKEN: 'session-of-the-role',
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: await endpointOf(tables),
    HTTP_PROXY: 'http://127.0.0.1:1',
  };
  const ran = await calls.run({ venueUrl: venue.url }, environment);
  answer = ran.answer as typeof answer;
  stderr = ran.stderr;
});

afterAll(async () => {
  calls.remove();
  await Promise.all([tables.stop(), aws.close(), venue.close()]);
});

async function endpointOf({ client }: DynaliteTables): Promise<string> {
  const { hostname, port } = await client.config.endpoint!();
  return `http://${hostname}:${port}`;
}

describe('a bundle', () => {
  it('reads and writes DynamoDB, and understands a refusal', () => {
    const { lease, ...state } = answer.state;
    expect(lease).toMatchObject({ group: 'purple-flea/BTC-PERP', owner: 'first' });
    const fact = expect.objectContaining({
      number: 1,
      entry: expect.objectContaining({ kind: 'adjustment', size: -0.1, mid: 100_000 }) as unknown,
    }) as unknown;
    expect(state).toEqual({
      refusedLease: 'refused',
      tiltsSet: [true, false],
      tilt: expect.objectContaining({
        action: 'lean_short',
        rateBps: 3.1,
        targetRatio: -0.2,
      }) as unknown,
      facts: [{ kind: 'written' }, { kind: 'already-there', stored: fact }],
      ledger: [fact],
      control: expect.objectContaining({ rateBps: 3.1 }) as unknown,
      parameters: 'accepted',
      unknownTable: expect.stringMatching(
        /^State purple-flea\/BTC-PERP\/TILT: ResourceNotFoundException: /,
      ) as unknown,
    });
  });

  it('puts events and reads secrets, signed for the region with the credentials of the environment', () => {
    expect(answer.bus).toEqual({
      put: 'done',
      denied:
        'InventoryThresholdBreached for purple-flea/BTC-PERP: bus quotemill was not reached: AccessDeniedException: not on this bus',
    });
    expect(answer.secrets).toEqual({
      key: 'pf_test_1',
      missing: expect.stringContaining(
        'secret nowhere does not exist or has no value yet',
      ) as unknown,
    });
    const signed = aws.requests.map(({ headers }) =>
      [headers['x-amz-security-token'], headers['authorization']].join(' '),
    );
    const scope =
      /^session-of-the-role AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/ap-northeast-1\/(events|secretsmanager)\/aws4_request, /;
    expect(signed.map((line) => scope.exec(line)?.[1])).toEqual([
      'events',
      'events',
      'secretsmanager',
      'secretsmanager',
    ]);
  });

  it('tells AWS the version of each client', () => {
    const agents = new Set(
      aws.requests.map(
        ({ headers }) => /^aws-sdk-js\/(\S+) /.exec(String(headers['user-agent']))?.[1],
      ),
    );
    expect([...agents]).toEqual([expect.stringMatching(/^3\.\d+\.\d+$/)]);
  });

  it('talks to the venue, and tells what became of each request', () => {
    expect(answer.venue).toEqual({
      spec: {
        ok: true,
        value: expect.objectContaining({ symbol: 'BTC-PERP', simulated: false }) as unknown,
      },
      broken: { ok: true, value: 0.02 },
      redirected: {
        ok: false,
        failure: expect.objectContaining({ kind: 'rejected', code: 'http-307' }) as unknown,
      },
      placed: { kind: 'placed', venueId: 'o1', filled: 0 },
      limited: { kind: 'rate-limited', retryAfterMs: 2000 },
      reset: { kind: 'unknown', detail: 'POST /api/orders: the connection broke (ECONNRESET)' },
      silent: { kind: 'unknown', detail: 'POST /api/orders: no answer within 200 ms' },
    });
    expect(venue.count('POST /api/orders')).toBe(4);
    expect(venue.count('GET /elsewhere')).toBe(0);
  });

  it('has nothing in it that Node warns of', () => {
    expect(stderr).toBe('');
  });
});

describe('the bundle of the funding check', () => {
  it('sets a tilt once and says so on the bus', async () => {
    const settings = {
      PARAMETERS_TABLE: 'Parameters',
      STATE_TABLE: 'State',
      LEDGER_TABLE: 'Ledger',
      EVENT_BUS: 'quotemill',
    };
    const at = {
      VENUE: 'purple-flea',
      VENUE_BASE_URL: venue.url,
      VENUE_SECRET_ID: 'venues',
      POWERTOOLS_SERVICE_NAME: 'funding-check',
    };
    venue.on('GET /api/ticker/ETH-PERP', {
      body: { funding_rate: 0.0008, next_funding_at: Date.now() + 3_600_000 },
    });
    const before = aws.requests.length;
    const bundle = await bundled(handlers['funding-check']);
    const event = { markets: ['purple-flea/ETH-PERP'] };
    const first = await bundle.run(event, { ...environment, ...settings, ...at });
    const second = await bundle.run(event, { ...environment, ...settings, ...at });
    bundle.remove();
    const checked = (set: boolean) => [
      {
        kind: 'checked',
        set,
        tilt: expect.objectContaining({ market: 'purple-flea/ETH-PERP', rateBps: 8 }) as unknown,
      },
    ];
    expect([first.answer, second.answer]).toEqual([checked(true), checked(false)]);
    expect([first.stderr, second.stderr]).toEqual(['', '']);
    const targets = aws.requests.slice(before).map(({ headers }) => headers['x-amz-target']);
    expect(targets).toEqual([
      'secretsmanager.GetSecretValue',
      'AWSEvents.PutEvents',
      'secretsmanager.GetSecretValue',
    ]);
    expect(first.log.join()).toContain('FundingChecked');
  });
});
