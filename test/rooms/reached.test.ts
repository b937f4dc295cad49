import { describe, expect, it } from 'vitest';
import { reachedFrom, sourceFiles } from './imports.ts';

const ENTRIES = ['functions/cli/main.ts', 'infra/app.ts'];

/**
 * Proven and waiting for the issue that wires it. A file leaves this list when something reaches
 * it, and enters it only with the issue that will.
 */
const WAITING: Readonly<Record<string, readonly string[]>> = {
  'Never twice, never lost: hedges in slices and through other markets': [],
  'A market one can believe, and earn in: funding forecast, tuner, estimates, bots': [],
};

describe('every file of the product', () => {
  const reached = reachedFrom(ENTRIES);

  it('is reached by a handler, a command or a stack, or waits by name', () => {
    const unreached = sourceFiles().filter((file) => !reached.has(file));
    expect(unreached).toEqual(Object.values(WAITING).flat().toSorted());
  });
});
