import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDocumentClient } from '#shared/adapters/dynamodb/table/document-client.ts';
import { retryAtOnce } from '#test/floors/faults/lost-answer.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

const READ = { TableName: 'State', Key: { market: { S: 'BTC-PERP' } } };

async function listening(
  answer: RequestListener,
): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the document client', () => {
  it('makes three attempts', async () => {
    expect(await tables.connect().config.maxAttempts()).toBe(3);
  });

  it('gives an attempt that gets no answer 2 s and counts it as failed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let requests = 0;
    const { server, endpoint } = await listening(() => {
      requests += 1;
      vi.advanceTimersByTime(1999);
      setImmediate(() => vi.advanceTimersByTime(1));
    });
    const client = tables.connect({ endpoint, retryStrategy: retryAtOnce });
    await expect(client.send(new GetItemCommand(READ))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(requests).toBe(3);
    vi.useRealTimers();
    server.closeAllConnections();
    server.close();
  });

  it('keeps its connection between requests', async () => {
    let connections = 0;
    const { server, endpoint } = await listening((_request, response) => response.end('{}'));
    server.on('connection', () => (connections += 1));
    const client = tables.connect({ endpoint });
    for (let request = 0; request < 3; request += 1) await client.send(new GetItemCommand(READ));
    expect(connections).toBe(1);
    server.closeAllConnections();
    server.close();
  });

  it('takes region, endpoint and credentials from the environment', async () => {
    vi.stubEnv('AWS_REGION', 'ap-northeast-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'from-environment');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    const authorizations: (string | undefined)[] = [];
    const { server, endpoint } = await listening((request, response) => {
      authorizations.push(request.headers.authorization);
      response.end('{}');
    });
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    await createDocumentClient().send(new GetItemCommand(READ));
    expect(authorizations).toEqual([expect.stringContaining('Credential=from-environment/')]);
    expect(authorizations).toEqual([expect.stringContaining('/ap-northeast-1/dynamodb/')]);
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });

  it('reads a number beyond 2^53 as a number', async () => {
    await tables.client.send(
      new PutItemCommand({
        TableName: 'Parameters',
        Item: { market: { S: 'M' }, big: { N: '100000000000000000000.5' } },
      }),
    );
    const { Item } = await tables.client.send(
      new GetCommand({ TableName: 'Parameters', Key: { market: 'M' } }),
    );
    expect(Item).toEqual({ market: 'M', big: 1e20 });
  });
});
