import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { leaveOut } from './leave-out.ts';

export type BundleOptions = BuildOptions & { readonly absWorkingDir: string };

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** A package in CommonJS calls a `require` that an ES module has not got. */
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * How a handler becomes one file for Lambda, with the SDK in it, so that what was tested is what
 * runs.
 */
export const bundleOptions = (entry: string): BundleOptions => ({
  absWorkingDir: PROJECT_ROOT,
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  banner: { js: REQUIRE },
  plugins: [leaveOut],
  /**
   * Loaded by the SDK for event streams only, which no client of ours opens; Node names it if one
   * does.
   */
  external: ['@smithy/core/event-streams'],
});
