import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';
import { commandLine, endCommandLines } from '#test/floors/exchange-child.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';

const { after, touch } = eventsFrom(BEFORE_FUNDING);

const folder = mkdtempSync(join(tmpdir(), 'quotemill-exchange-'));

afterEach(endCommandLines);
afterAll(() => rmSync(folder, { recursive: true }));

/** A tape of quotes, packed or not, with extra rows at its end. */
function tapeFile(name: string, events: readonly FeedEvent[], ...more: readonly string[]): string {
  const meta = metaRow({
    venue: 'hl',
    coin: name.split('.')[0] ?? '',
    quote: 'USDC',
    contract: 'linear',
    tick: 0.1,
    lot: 0.001,
    gapMs: 1_000_000,
    recordedFrom: events[0]?.at ?? BEFORE_FUNDING,
    recordedTo: events.at(-1)?.at ?? BEFORE_FUNDING,
    source: 'made by hand',
    licence: 'Apache-2.0',
  });
  const text = [meta, ...events.map((event) => tapeRow(event)), ...more].join('\n');
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

/** Takes a second at the speed below, and minutes at any that a test would wait for. */
const tenMinutes = [0, 200, 400, 600].map((second) =>
  touch(second * 1000, 59_999.5 + second, 60_000.5 + second),
);

const urlIn = (out: string): string => /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0] ?? 'no address';

async function ask(
  url: string,
  init?: RequestInit,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(url, { headers: { Authorization: 'Bearer pf_test_me' }, ...init });
  return {
    status: response.status,
    body: z.record(z.string(), z.unknown()).parse(await response.json()),
  };
}

describe('quotemill exchange', () => {
  it('serves made-up markets until it is interrupted', async () => {
    const command = commandLine(
      'exchange',
      '--synthetic',
      '--port',
      '0',
      '--seed',
      '7',
      '--fees=-2.5,5',
      '--markets',
      'BTC,SOL',
    );
    const out = await command.printed(/Ctrl-C/);
    expect(out).toContain('BTC-PERP, SOL-PERP (synthetic, seed 7)');
    expect(out).toContain('maker -2.5 bps, taker 5 bps');
    const url = urlIn(out);
    expect(await ask(`${url}/v1/markets/SOL-PERP`)).toMatchObject({
      status: 200,
      body: { maker_fee: -0.000_25, taker_fee: 0.0005 },
    });
    expect(await ask(`${url}/v1/markets/ETH-PERP`)).toMatchObject({ status: 404 });
    const example = /-d '(\{.*\})'/.exec(out)?.[1] ?? '';
    expect(await ask(`${url}/v1/mm/quote`, { method: 'POST', body: example })).toMatchObject({
      status: 200,
      body: { symbol: 'BTC-PERP' },
    });
    command.signal('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 0, err: '' });
  });

  it('reads a tape as it plays it: what stands at its end does not keep it from beginning', async () => {
    const broken = tapeFile('SOL.tape.jsonl', tenMinutes, '{"type":"bbo"');
    const command = commandLine('exchange', '--tape', broken, '--port', '0');
    const url = urlIn(await command.printed(/Ctrl-C/));
    expect(await ask(`${url}/v1/markets/SOL-PERP/price`)).toMatchObject({ status: 200 });
    command.signal('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 0, err: '' });
  });

  it('plays tapes, and keeps what there was readable at their end', async () => {
    const tapes = [
      tapeFile('BTC.tape.jsonl.gz', tenMinutes),
      tapeFile('ETH.tape.jsonl', tenMinutes.slice(0, 2)),
    ];
    const command = commandLine(
      'exchange',
      '--tape',
      tapes.join(','),
      '--port',
      '0',
      '--speed',
      '600',
      '--latency-ms',
      '20',
    );
    const out = await command.printed(/The tape ended at 2026-01-05T08:09:00\.001Z/);
    const url = urlIn(out);
    expect(await ask(`${url}/v1/markets/BTC-PERP/price`)).toMatchObject({
      body: { best_bid: 60_599.5, timestamp: after(600_000) },
    });
    expect(await ask(`${url}/v1/markets/ETH-PERP/price`)).toMatchObject({
      body: { best_bid: 60_199.5, timestamp: after(200_000) },
    });
    expect(await ask(`${url}/v1/mm/pnl?symbol=BTC-PERP`)).toMatchObject({
      body: { net_pnl: 0, to: after(600_001) },
    });
    const quote = { symbol: 'BTC-PERP', bid: 59_900, ask: 60_100, size: 1000 };
    expect(
      await ask(`${url}/v1/mm/quote`, { method: 'POST', body: JSON.stringify(quote) }),
    ).toMatchObject({
      status: 503,
      body: { error_code: 'MARKET_CLOSED' },
    });
    command.signal('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0 });
  });

  it('serves only the markets that are asked for', async () => {
    const tapes = [
      tapeFile('BTC.tape.jsonl.gz', tenMinutes),
      tapeFile('ETH.tape.jsonl', tenMinutes),
    ];
    const command = commandLine(
      'exchange',
      '--tape',
      tapes.join(','),
      '--port',
      '0',
      '--markets',
      'ETH-PERP',
    );
    const url = urlIn(await command.printed(/Ctrl-C/));
    expect(await ask(`${url}/v1/markets`)).toMatchObject({
      body: { total: 1, markets: [{ symbol: 'ETH-PERP' }] },
    });
  });

  it('ends with one line and exit code 2 when a tape turns out to be corrupt', async () => {
    const path = tapeFile('BTC.tape.jsonl.gz', tenMinutes, '{"type":"bbo"');
    const ended = await commandLine(
      'exchange',
      '--tape',
      path,
      '--port',
      '0',
      '--speed',
      '600',
    ).ended();
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/^quotemill: tape BTC\.tape\.jsonl\.gz, row 6: [^\n]+\n$/);
  });

  it('says in one line that its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ended = await commandLine('exchange', '--synthetic', '--port', String(port)).ended();
    taken.close();
    expect(ended).toEqual({
      code: 2,
      out: '',
      err: `quotemill: port ${port} on 127.0.0.1 is in use; allowed: a free port, or 0 for any\n`,
    });
  });
});
