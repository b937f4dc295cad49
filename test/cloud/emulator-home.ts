import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT_ROOT = join(import.meta.dirname, '../..');

/** Everything the emulator needs, pinned with hashes. */
export const REQUIREMENTS = join(import.meta.dirname, 'emulator-requirements.txt');

/** Git-ignored. */
export const EMULATOR_FOLDER = join(PROJECT_ROOT, '.emulator');

/** The Python environment that the emulator runs in. */
export const EMULATOR_HOME = join(EMULATOR_FOLDER, 'venv');

export const pythonOf = (home: string): string => join(home, 'bin', 'python');

/** Written last by the installation: what is installed, by the fingerprint of the requirements. */
export const stampOf = (home: string): string => join(home, 'installed');

export const requirementsFingerprint = (): string =>
  createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');

/**
 * Whether this very version is installed, whole, and the Python it was made from is still there.
 */
export function isInstalled(): boolean {
  const stamp = stampOf(EMULATOR_HOME);
  return (
    existsSync(pythonOf(EMULATOR_HOME)) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === requirementsFingerprint()
  );
}
