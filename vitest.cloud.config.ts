import { defineConfig } from 'vitest/config';

/**
 * The stack in an emulated account: one suite, lived through in order, of which a test is worth
 * nothing once one before it has failed.
 */
export default defineConfig({
  test: {
    include: ['test/cloud/**/*.test.ts'],
    bail: 1,
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
  },
});
