import { describe, expect, it } from 'vitest';
import { reachedFrom, sourceFiles } from './imports.ts';

const ENTRIES = ['functions/cli/main.ts', 'infra/app.ts'];

/**
 * Proven and waiting for the issue that wires it. A file leaves this list when something reaches
 * it, and enters it only with the issue that will.
 */
const WAITING: Readonly<Record<string, readonly string[]>> = {
  'Never twice, never lost: hedges in slices, through other markets, at the hard cap': [
    'shared/hedging/almgren-chriss.ts',
    'shared/hedging/beta-hedge.ts',
    'shared/hedging/emergency-reduce.ts',
    'shared/hedging/hedge-timing.ts',
    'shared/hedging/slice-schedule.ts',
  ],
  'A market one can believe, and earn in: bots, funding forecast, tuner, estimates, recordings': [
    'shared/accounting/income-estimate.ts',
    'shared/accounting/inventory-figures.ts',
    'shared/accounting/profit-and-loss-window.ts',
    'shared/funding/funding-filter.ts',
    'shared/funding/stop-tilt.ts',
    'shared/funding/weigh-tilt.ts',
    'shared/simulation/bots/bot-host.ts',
    'shared/simulation/bots/bot-tally.ts',
    'shared/simulation/bots/bot.ts',
    'shared/simulation/bots/bots.ts',
    'shared/simulation/bots/quote-prices.ts',
    'shared/simulation/bots/s0-additive.ts',
    'shared/simulation/bots/s1-fixed.ts',
    'shared/simulation/bots/s2-grid.ts',
    'shared/simulation/bots/s2-ladder.ts',
    'shared/simulation/bots/s3-post-only.ts',
    'shared/simulation/bots/vendor-acts.ts',
    'shared/simulation/bots/vendor-client.ts',
    'shared/simulation/bots/venue-facts.ts',
    'shared/simulator/tape/tape-writer.ts',
    'shared/tuning/tune-spread.ts',
  ],
};

describe('every file of the product', () => {
  const reached = reachedFrom(ENTRIES);

  it('is reached by a handler, a command or a stack, or waits by name', () => {
    const unreached = sourceFiles().filter((file) => !reached.has(file));
    expect(unreached).toEqual(Object.values(WAITING).flat().toSorted());
  });
});
