import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    exclude: ['test/cloud/**', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: [
        'shared/{domain,math,strategy,orders,accounting,hedging,funding,tuning,market,cycles}/**/*.ts',
      ],
      thresholds: {
        lines: 95,
        branches: 95,
        functions: 95,
        // What decides and what counts money has no line that no test has seen.
        'shared/{math,strategy,orders,accounting,hedging,funding,tuning,market}/**/*.ts': {
          lines: 100,
          branches: 100,
          functions: 100,
        },
      },
    },
  },
});
