import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { DecisionRecord } from '#shared/market/output.ts';
import { failed } from '#shared/domain/failure.ts';
import { epochMs, price, size, usd } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';
import { decide } from '#shared/strategy/decide.ts';
import { commandLine, endCommandLines } from '#test/floors/exchange-child.ts';
import {
  aBrain,
  aPosition,
  aView,
  aWorkingOrder,
  parameters,
  START,
  BTC,
} from '#test/builders/market.ts';
import { syntheticFeeds } from '../../../../functions/cli/exchange-feeds.ts';
import { explanation } from '../../../../functions/cli/explanation/explanation.ts';
import { moment } from '../../../../functions/cli/option-parsing.ts';
import { FEES, madeUp, runOnCloud, simulation } from '../simulated-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'quotemill-explain-'));

afterEach(endCommandLines);
afterAll(() => rmSync(folder, { recursive: true }));

/** Made-up BTC from START on. */
function tapeOf(minutes: number): string {
  const feed = syntheticFeeds(['BTC-PERP'], 3, START, FEES)[0]!;
  const events: FeedEvent[] = [];
  for (
    let step = feed.events.next();
    step.done !== true && step.value.at <= START + minutes * 60_000;
    step = feed.events.next()
  )
    if (step.value.type !== 'funding') events.push(step.value);
  const quotes = events.filter(({ type }) => type === 'bbo' || type === 'book');
  const meta = metaRow({
    venue: 'made',
    coin: 'BTC',
    quote: 'USD',
    contract: 'linear',
    tick: feed.spec.tick.step,
    lot: feed.spec.lot.step,
    gapMs: 60_000,
    recordedFrom: quotes[0]!.at,
    recordedTo: quotes.at(-1)!.at,
    source: 'made by its own generator',
    licence: 'Apache-2.0',
  });
  const rows = events.map((event, index) =>
    tapeRow(event, { tradeId: event.type === 'trade' ? String(index) : undefined }),
  );
  const path = join(folder, `btc-${minutes}.tape.jsonl`);
  writeFileSync(path, `${[meta, ...rows].join('\n')}\n`);
  return path;
}

const explained = (
  view: Partial<MarketView>,
  over: Parameters<typeof parameters>[0] = {},
): string => {
  const seen = aView(view);
  const inForce = parameters(over);
  const before = { ...aBrain, last: { at: epochMs(START - 3000), mid: 100_000 } };
  const made: DecisionRecord = {
    view: seen,
    before,
    parameters: inForce,
    decision: decide(seen, before, inForce),
  };
  return explanation(made, epochMs(START + 1500));
};

describe('quotemill explain', () => {
  it('trades a tape until the time asked for and prints every stage of the decision then in force', async () => {
    const tape = tapeOf(3);
    const command = commandLine('explain', '--tape', tape, '--at', '06:32:00');
    const { code, out, err } = await command.ended();
    expect(err).toMatch(/100 %/);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^BTC-PERP at 2026-01-05T06:32:00\.000Z\ndecided [0-3]\.\d{3} s before, at 2026-01-05T06:3[12]:\d\d\.\d{3}Z; parameters \w+, fixed, paper\n/,
    );
    const headings = out.match(/^[A-Z]+$/gm);
    expect(headings).toEqual([
      'LOOK',
      'SIGNALS',
      'SPREAD',
      'LADDER',
      'GUARDRAILS',
      'QUOTES',
      'REASONS',
    ]);
    expect(out).toMatch(/fixed: 5\.000 bps/);
    expect(out).toMatch(/requests left {2,}\d+\.\d\d %/);
  }, 60_000);

  it.each([
    [['--at', '06:31:00'], "error: required option '--tape <file>' not specified"],
    [
      ['--tape', 'nowhere', '--at', '06:31:00'],
      'quotemill: tape file nowhere cannot be read: there is no such file',
    ],
    [
      ['--tape', 'x', '--at', '25:00'],
      /^error: option '--at <time>' argument '25:00' is invalid\. Allowed: a time in UTC as /,
    ],
  ])('%j is one line and exit code 2', async (args, line) => {
    const { code, out, err } = await commandLine('explain', ...args).ended();
    expect([code, out]).toEqual([2, '']);
    expect(err.trim()).toMatch(line);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('names what is on the tape when the time is not', async () => {
    const { code, err } = await commandLine(
      'explain',
      '--tape',
      tapeOf(1),
      '--at',
      '2026-01-05T07:00:00Z',
    ).ended();
    expect(code).toBe(2);
    expect(err).toMatch(
      /^quotemill: --at 2026-01-05T07:00:00\.000Z is not on the tape; allowed: a time from 2026-01-05T06:30:0\S+Z to 2026-01-05T06:3\S+Z, .*\n$/,
    );
  });
});

describe('a record of a decision', () => {
  it('is enough to make the decision again, of every one that a local run made', async () => {
    const made: DecisionRecord[] = [];
    const written = { levels: 2, spreadModel: 'glft', fillDecay: 0.2, arrivalRate: 0.1 };
    await runOnCloud({
      ...simulation(madeUp(['ETH-PERP'], 2), 4, { DEFAULT: written }),
      watch: { onDecision: (_market, record) => made.push(structuredClone(record)) },
    });
    expect(made.length).toBeGreaterThan(40);
    for (const { view, before, parameters: inForce, decision } of made)
      expect(decide(view, before, inForce)).toEqual(decision);
  }, 60_000);
});

describe('the explanation', () => {
  it('shows what was seen: orders, fills, takers, a tilt, other markets', () => {
    const text = explained({
      position: aPosition(0.004),
      orders: [aWorkingOrder()],
      fills: [
        {
          id: 'f1',
          at: START,
          side: 'buy',
          price: price(99_950),
          size: size(0.001),
          feeUsd: usd(-0.01),
          orderId: 'ord_9',
          placedAt: undefined,
        },
      ],
      trades: [{ at: START, side: 'buy', price: price(100_001), size: size(0.5) }],
      peers: { 'ETH-PERP': { mid: 4000, at: START } },
      reference: { mid: 100_010, at: START },
      tilt: {
        market: BTC,
        action: 'lean_short',
        rateBps: 5,
        annualisedYieldPct: 54.75,
        targetRatio: -0.2,
        fundingTime: epochMs(START + 60_000),
        setAt: START,
        expiresAt: epochMs(START + 60_000),
        reason: '5 bps per 8 h',
      },
    });
    for (const line of [
      'position               0.004, entered at 100000',
      'order                  buy 0.001 at 99900, open, level 0',
      'fill since             buy 0.001 at 99950, fee -0.01 USD',
      'trades since           1; takers bought 50000.50 USD, sold 0.00 USD',
      'funding tilt           lean_short, target -20.00 % of the cap: 5 bps per 8 h',
      'other markets          ETH-PERP 4000',
      'reference              100010',
      'target inventory       -20.00 % of the cap',
      'inventory              400 USD of 1000 allowed now',
    ])
      expect(text).toContain(`\n  ${line}\n`);
  });

  it('shows what guardrails did, in their words, and which model stood in for another', () => {
    const text = explained({ position: aPosition(0.0095) }, { spreadModel: 'glft' });
    expect(text).toContain('kept                   2 quotes before, 1 after');
    expect(text).toContain(
      'one-sided              one-sided: long 95 % of cap, buy side withdrawn',
    );
    expect(text).toMatch(/model {2,}additive, in place of glft: /);
    expect(text).not.toMatch(/QUOTES\n.*buy level/);
    expect(explained({}, { spreadModel: 'glft', fillDecay: 0.2, arrivalRate: 0.5 })).toContain(
      'k 0.2 per bp, A 0.5 per s',
    );
  });

  it('says why nothing is quoted: no book, a stale one, a halt', () => {
    const blind = explained({ book: failed('the book has no bid') });
    expect(blind.match(/^[A-Z]+$/gm)).toEqual(['LOOK', 'QUOTES', 'REASONS']);
    expect(blind).toContain('no-book                the book has no bid');
    expect(blind).toContain('none                   nothing should rest');
    const halted = explained(
      { profit: { sessionUsd: usd(-60), dayUsd: usd(-60), belowPeakUsd: usd(60) } },
      { sessionStopLossUsd: 50 },
    );
    expect(halted).toMatch(/HALT {2,}the session lost 60\.00 USD, allowed are 50\.00 USD\n/);
  });

  it('never shows NaN or undefined', () => {
    for (const text of [
      explained({}),
      explained({ venueHourlyVolatility: undefined, trades: undefined }),
    ])
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('a moment', () => {
  const startsAt = epochMs(Date.UTC(2025, 8, 4, 19, 46, 56));
  it.each([
    ['2025-09-04T20:00:00Z', Date.UTC(2025, 8, 4, 20)],
    ['2025-09-04T20:00Z', Date.UTC(2025, 8, 4, 20)],
    ['20:00', Date.UTC(2025, 8, 4, 20)],
    ['19:46:56', startsAt],
    ['19:46:55.5', Date.UTC(2025, 8, 5, 19, 46, 55, 500)],
    ['00:10:00', Date.UTC(2025, 8, 5, 0, 10)],
    ['1757016000123', 1_757_016_000_123],
  ])('%s', (written, at) => {
    expect(moment(written)(startsAt)).toBe(at);
  });

  it.each([
    '',
    'now',
    '24:00',
    '20:60',
    '2025-13-45T99:99:99Z',
    '2025-09-04 20:00',
    '17570160',
    '-5',
    'NaN',
  ])('%s is refused', (written) => {
    expect(() => moment(written)).toThrow(InvalidArgumentError);
  });
});
