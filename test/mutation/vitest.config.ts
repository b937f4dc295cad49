import { defineConfig } from 'vitest/config';

/**
 * What proves the brain, without the papers' Monte Carlo tables, which would run for every mutant
 * of their model.
 */
export default defineConfig({
  test: {
    include: ['test/{strategy,orders,hedging,funding,tuning}/**/*.test.ts'],
    exclude: ['test/strategy/models/avellaneda-stoikov-tables.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
  },
});
