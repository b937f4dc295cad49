import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '#shared/adapters/purple-flea/http/http-client.ts';
import { epochMs } from '#shared/domain/units.ts';
import { startScriptedServer, type ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { NOW } from '../builders.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('more requests at once than there are connections', () => {
  it('wait for their turn, first come, first served', async () => {
    server = await startScriptedServer();
    const held: (() => void)[] = [];
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const seen: number[] = [];
    let most = 0;
    let come: () => void = () => undefined;
    server.on('GET /v1/markets', async ({ query }) => {
      seen.push(Number(query['number']));
      come();
      await new Promise<void>((resolve) => void (most = Math.max(most, held.push(resolve))));
      return { body: {} };
    });
    const arrived = async (count: number): Promise<void> => {
      while (seen.length < count) await new Promise<void>((resolve) => void (come = resolve));
    };
    const client = createHttpClient({
      baseUrl: server.url,
      apiKey: 'k',
      readMs: 60_000,
      writeMs: 60_000,
      maxReplyBytes: 1000,
      clock: { now: () => NOW },
    });
    const answers = numbers.map((number) => client.read('/v1/markets', { number: String(number) }));
    await arrived(16);
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers.slice(0, 16));
    // One is answered at a time: whoever comes then is the one that had its turn.
    for (let answered = 1; answered <= 44; answered += 1) {
      held.shift()?.();
      await arrived(16 + answered);
    }
    expect(seen.slice(16)).toEqual(numbers.slice(16));
    expect(most).toBe(16);
    for (const answer of held) answer();
    expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
  });

  it('are not sent when their time is up before their turn, and say so', async () => {
    server = await startScriptedServer();
    server.on('POST /v1/orders', 'silence');
    const client = createHttpClient({
      baseUrl: server.url,
      apiKey: 'k',
      readMs: 1000,
      writeMs: 1000,
      maxReplyBytes: 1000,
      clock: { now: () => NOW },
    });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        client.write(
          'POST',
          '/v1/orders',
          {},
          index < 16 ? client.writeDeadline() : { signal: AbortSignal.timeout(50), ms: 50 },
        ),
      ),
    );
    const kinds = outcomes.map((outcome) =>
      outcome.ok
        ? 'answered'
        : outcome.failure.kind === 'rejected'
          ? outcome.failure.code
          : outcome.failure.kind,
    );
    expect(kinds.filter((kind) => kind === 'outcome-unknown')).toHaveLength(16);
    expect(kinds.filter((kind) => kind === 'not-sent')).toHaveLength(4);
    expect(server.count('POST /v1/orders')).toBe(16);
    server.on('GET /v1/markets', { body: {} });
    expect((await client.read('/v1/markets')).ok).toBe(true);
  });

  it('are not sent when they may not leave any more by their turn', async () => {
    server = await startScriptedServer();
    let now: number = NOW;
    server.on('POST /v1/orders', () => {
      now = NOW + 1000;
      return { body: {} };
    });
    const client = createHttpClient({
      baseUrl: server.url,
      apiKey: 'k',
      readMs: 5000,
      writeMs: 5000,
      maxReplyBytes: 1000,
      clock: { now: () => epochMs(now) },
    });
    const deadline = client.writeDeadline(epochMs(NOW + 1000));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => client.write('POST', '/v1/orders', {}, deadline)),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(16);
    for (const outcome of outcomes.slice(16))
      expect(outcome).toMatchObject({ ok: false, failure: { code: 'not-sent' } });
    expect(server.count('POST /v1/orders')).toBe(16);
    server.on('GET /v1/markets', { body: {} });
    expect((await client.read('/v1/markets', {}, deadline)).ok).toBe(true);
  });
});
