import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEventBus } from '#shared/adapters/aws/event-bus.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import type { DomainEvent } from '#shared/domain/domain-event.ts';
import { parseBreachEvent } from '#shared/schema/events.ts';
import { BTC } from '#test/builders/market.ts';

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const TAKEN = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] } };
const REFUSED = {
  status: 200,
  body: {
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }],
  },
};

const breach: DomainEvent = {
  type: 'InventoryThresholdBreached',
  market: BTC,
  hedgeId: 'h1',
  inventoryUsd: -820.5,
  thresholdUsd: 800,
  at: 1_767_571_200_000,
};
const completed: DomainEvent = {
  type: 'HedgeCompleted',
  market: BTC,
  hedgeId: 'h1',
  outcome: 'hedged',
  reducedUsd: 410,
  inventoryUsd: -410.5,
  at: 1_767_571_201_000,
};
const tilted: DomainEvent = {
  type: 'FundingTiltSet',
  market: BTC,
  action: 'lean_short',
  rateBps: 3.1,
  annualisedYieldPct: 33.9,
  fundingTime: 1_767_600_000_000,
  at: 1_767_571_200_000,
};

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.unstubAllEnvs();
});

/** A bus on the loopback that gives these answers in turn and the last one from then on. */
async function aBus(...answers: readonly { readonly status: number; readonly body: unknown }[]) {
  const puts: (readonly Entry[])[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      puts.push((JSON.parse(text) as { Entries: Entry[] }).Entries);
      const answer = answers[Math.min(puts.length, answers.length) - 1]!;
      response
        .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'planted' },
    maxAttempts: 1,
  });
  return {
    puts,
    endpoint,
    bus: createEventBus({ client, busName: 'quotemill' }),
  };
}

describe('the event bus', () => {
  it.each([breach, completed, tilted])(
    'puts $type with its figures and the venue',
    async (event) => {
      const { bus, puts } = await aBus(TAKEN);
      await bus.put(event);
      const { type, ...figures } = event;
      expect(puts).toEqual([
        [
          {
            EventBusName: 'quotemill',
            Source: 'quotemill',
            DetailType: type,
            Detail: expect.any(String) as string,
          },
        ],
      ]);
      expect(JSON.parse(puts[0]![0]!.Detail)).toEqual({
        ...figures,
        venue: 'purple-flea',
      });
    },
  );

  it('puts what the hedge function reads', async () => {
    const { bus, puts } = await aBus(TAKEN);
    await bus.put(breach);
    const [entry] = puts[0]!;
    expect(
      parseBreachEvent({
        'detail-type': entry!.DetailType,
        detail: JSON.parse(entry!.Detail) as unknown,
      }),
    ).toMatchObject({
      hedgeId: 'h1',
      inventoryUsd: -820.5,
    });
  });

  it('offers an entry the bus refused again, the same one', async () => {
    const { bus, puts } = await aBus(REFUSED, REFUSED, TAKEN);
    await bus.put(breach);
    expect(puts).toHaveLength(3);
    expect(puts[2]).toEqual(puts[0]);
  });

  it('gives up after three refusals and names the type and the error code', async () => {
    const { bus, puts } = await aBus(REFUSED);
    await expect(bus.put(breach)).rejects.toThrow(
      new Error(
        'InventoryThresholdBreached for purple-flea/BTC-PERP: bus quotemill refused it 3 times: ThrottlingException: Rate exceeded',
      ),
    );
    expect(puts).toHaveLength(3);
  });

  it('says what the service said when the whole request failed, and leaves repeating that to the SDK', async () => {
    const { bus, puts } = await aBus({
      status: 400,
      body: { __type: 'ResourceNotFoundException', message: 'no such bus' },
    });
    const error: unknown = await bus.put(breach).catch((caught: unknown) => caught);
    expect(error).toEqual(
      new Error(
        'InventoryThresholdBreached for purple-flea/BTC-PERP: bus quotemill was not reached: ResourceNotFoundException: no such bus',
      ),
    );
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'stack']);
    expect(puts).toHaveLength(1);
  });

  it.each([Number.NaN, Infinity])(
    'puts nothing that its listener could not read: %d',
    async (inventoryUsd) => {
      const { bus, puts } = await aBus(TAKEN);
      await expect(bus.put({ ...breach, inventoryUsd })).rejects.toThrow(InvariantError);
      await expect(bus.put({ ...breach, inventoryUsd })).rejects.toThrow(
        'InventoryThresholdBreached for purple-flea/BTC-PERP: not put: inventoryUsd: ',
      );
      expect(puts).toEqual([]);
    },
  );

  it('makes its own client from the environment', async () => {
    const { endpoint, puts } = await aBus(TAKEN);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    await createEventBus({ busName: 'quotemill' }).put(breach);
    expect(puts).toHaveLength(1);
  });
});
