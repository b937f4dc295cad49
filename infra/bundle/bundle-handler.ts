import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

/**
 * Writes a handler's bundle to a file, in a process of its own: esbuild has plugins only where its
 * answer is awaited, and CDK does not wait.
 * @throws Error with what esbuild says when the entry cannot be bundled.
 */
export function bundleHandler(entry: string, outfile: string): void {
  execFileSync(process.execPath, [import.meta.filename, entry, outfile], { stdio: 'pipe' });
}

if (import.meta.main) {
  const [entry = '', outfile = ''] = process.argv.slice(2);
  await build({ ...bundleOptions(entry), outfile, logLevel: 'silent' });
}
