import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { done, failed, type Outcome } from '#shared/domain/failure.ts';
import {
  EMULATOR_FOLDER,
  EMULATOR_HOME,
  isInstalled,
  pythonOf,
  REQUIREMENTS,
  requirementsFingerprint,
  stampOf,
} from './emulator-home.ts';

const TIME_LIMIT_MS = 180_000;
const SECOND_MS = 1000;
/** For one question to a Python that may not even start. */
const QUESTION_MS = 20_000;
/** For one connection to the package index. */
const CONNECTION_S = 15;

const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const OLDEST = [3, 10] as const;
/**
 * Prints the version and whether `python -m venv` can work: distributions ship Python without its
 * ensurepip.
 */
const DESCRIBE =
  'import sys, importlib.util as u; print(sys.version_info[0], sys.version_info[1], all(u.find_spec(m) for m in ("venv", "ensurepip")))';

type Installed = Outcome<'installed', string>;

/**
 * Installs the pinned emulator into `.emulator/`, or finds it there. It is built under another
 * name, so that what is found is always whole, whoever else installs or dies meanwhile. The failure
 * says in one line what is missing.
 */
function installEmulator(): Installed {
  if (isInstalled()) return done('installed');
  const giveUpAt = Date.now() + TIME_LIMIT_MS;
  const python = findPython();
  if (!python.ok) return python;
  mkdirSync(EMULATOR_FOLDER, { recursive: true });
  const building = mkdtempSync(join(EMULATOR_FOLDER, 'building-'));
  try {
    const built = build(python.value, building, giveUpAt);
    if (built.ok) moveIntoPlace(building);
    return built;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

interface Described {
  readonly command: string;
  readonly version: readonly [major: number, minor: number];
  readonly hasVenv: boolean;
}

/** The first Python that will do. */
function findPython(): Outcome<string, string> {
  const found = PYTHONS.flatMap(describePython);
  const fit = found.find(({ version, hasVenv }) => isRecent(version) && hasVenv);
  if (fit !== undefined) return done(fit.command);
  const oldest = OLDEST.join('.');
  const recent = found.find(({ version }) => isRecent(version));
  if (recent !== undefined)
    return failed(
      `${recent.command} has no venv module: install it (on Debian and Ubuntu: python3-venv)`,
    );
  const [old] = found;
  if (old !== undefined)
    return failed(
      `${old.command} is version ${old.version.join('.')}: the emulator needs ${oldest} or later`,
    );
  return failed(`there is no python3: the emulator needs version ${oldest} or later`);
}

const isRecent = ([major, minor]: Described['version']): boolean =>
  major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

function describePython(command: string): readonly Described[] {
  const { status, stdout } = spawnSync(command, ['-c', DESCRIBE], {
    encoding: 'utf8',
    timeout: QUESTION_MS,
  });
  const words = /^(\d+) (\d+) (True|False)\s*$/.exec(status === 0 ? stdout : '');
  return words === null
    ? []
    : [{ command, version: [Number(words[1]), Number(words[2])], hasVenv: words[3] === 'True' }];
}

function build(python: string, home: string, giveUpAt: number): Installed {
  const made = run('python -m venv', python, ['-m', 'venv', home], giveUpAt);
  if (!made.ok) return made;
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  const patience = ['--timeout', String(CONNECTION_S), '--retries', '1'];
  const pinned = ['--only-binary', ':all:', '--require-hashes', '--requirement', REQUIREMENTS];
  const filled = run('pip install', pythonOf(home), [...pip, ...patience, ...pinned], giveUpAt);
  if (!filled.ok) return filled;
  writeFileSync(stampOf(home), requirementsFingerprint());
  return done('installed');
}

function run(what: string, command: string, args: readonly string[], giveUpAt: number): Installed {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: Math.max(1, giveUpAt - Date.now()),
    killSignal: 'SIGKILL',
  });
  if (status === 0) return done('installed');
  if (error === undefined)
    return failed(`${what} failed: ${explained(stdout + stderr) ?? `exit code ${status}`}`);
  if ('code' in error && error.code === 'ETIMEDOUT')
    return failed(
      `${what} took too long: the emulator was not installed within ${TIME_LIMIT_MS / SECOND_MS} s`,
    );
  return failed(`${what} could not be started: ${error.message}`);
}

/** pip does not tell an index that cannot be reached from one that lacks the package. */
function explained(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const last =
    lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.findLast((line) => line !== '');
  return last?.includes('No matching distribution') === true
    ? `no package index in reach has it (${last})`
    : last;
}

/** Whoever came first with this very version is left alone. */
function moveIntoPlace(built: string): void {
  if (isInstalled()) return;
  rmSync(EMULATOR_HOME, { recursive: true, force: true });
  renameSync(built, EMULATOR_HOME);
}

if (import.meta.main) {
  const installed = installEmulator();
  if (!installed.ok) {
    process.stdout.write(`${installed.failure}\n`);
    process.exitCode = 1;
  }
}
