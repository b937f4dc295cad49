import { describe, expect, it } from 'vitest';
import { createDecisionTally } from '../../../../functions/cli/start/decision-tally.ts';
import { findingLines, runFindings } from '../../../../functions/cli/start/run-findings.ts';
import { summaryTable } from '../../../../functions/cli/start/run-summary.ts';
import { BEGIN, madeUp, runOnCloud, simulation } from '../simulated-run.ts';

async function found(parameters: Readonly<Record<string, unknown>>, minutes = 1) {
  const tally = createDecisionTally();
  const items = { DEFAULT: { allowBelowCost: true }, 'ETH-PERP': parameters };
  const { result, cloud } = await runOnCloud({
    ...simulation(madeUp(['BTC-PERP', 'ETH-PERP']), minutes, items),
    watch: { onDecision: (_market, made) => tally.decided(made) },
  });
  const findings = runFindings(result, tally, cloud, []);
  return { result, findings, lines: findingLines(findings) };
}

describe('a market in which nothing was quoted says why', () => {
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      'in a quiet window',
      { quietWindows: ['00:00-23:59'] },
      /^ {2}(\d+) of \1 {2}a quiet window lasts until /,
    ],
    [
      'with a size below the smallest order',
      { quoteSizeUsd: 1 },
      /^ {2}\d+ of \d+ {2}.*(small|below|lot|order)/,
    ],
    [
      'with a grid far away',
      { spreadModel: 'grid', gridLowerPrice: 1, gridUpperPrice: 2 },
      /^ {2}(\d+) of \1 {2}the mid .* is outside the grid/,
    ],
    [
      'in a market that is too wide',
      { maxMarketSpreadBps: 0.1 },
      /^ {2}(\d+) of \1 {2}the market is .* bps wide/,
    ],
    ['switched off', { mode: 'off' }, /^ {2}its function stood aside: mode is off/],
  ])(
    '%s',
    async (_, parameters, line) => {
      const { findings, lines } = await found(parameters);
      expect(findings.unquoted.map(({ market }) => market)).toEqual(['ETH-PERP']);
      expect(lines[0]).toMatch(/^ETH-PERP placed no quote in \d+ decisions:$/);
      expect(lines.slice(1).some((each) => line.test(each))).toBe(true);
      const counts = findings.unquoted.flatMap(({ reasons }) =>
        reasons.map((each) => each.decisions),
      );
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    },
    60_000,
  );

  it('is silent about markets that were quoted', async () => {
    const { findings, lines } = await found({ allowBelowCost: true });
    expect(findings).toEqual({ halts: [], unquoted: [], notes: [] });
    expect(lines).toEqual([]);
  }, 60_000);
});

it('a halt is named once, with its market, its cause and the time of market', async () => {
  const { findings, result } = await found(
    { sessionStopLossUsd: 0.01, quoteSizeUsd: 300, spreadModel: 'fixed', allowBelowCost: true },
    8,
  );
  expect(findings.halts).toMatchObject([{ market: 'ETH-PERP', cause: 'session-stop-loss' }]);
  expect(findings.halts[0]?.at).toBeGreaterThan(BEGIN);
  const table = summaryTable(result, findings, undefined);
  expect(table).toContain('ETH-PERP was halted: the session lost ');
}, 60_000);

describe('the table of a run', () => {
  it.each([40, 60, 80, 200])(
    'is no wider than a terminal of %i columns',
    async (columns) => {
      const { result, findings } = await found({}, 1);
      const market = result.markets['ETH-PERP']!;
      const many = Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`MARKET${index}-PERP`, market]),
      );
      const rows = summaryTable({ ...result, markets: many }, findings, columns)
        .split('\n')
        .filter((line) => /[│┌├└]/.test(line));
      expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(columns);
      const heads = rows.filter((row) => /MARKET|total/.test(row)).join(' ');
      for (const name of [...Object.keys(many), 'total']) expect(heads).toContain(` ${name} `);
    },
    60_000,
  );
});
