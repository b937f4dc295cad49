import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATOR_HOME, isInstalled, PROJECT_ROOT, pythonOf } from './emulator-home.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
/** The emulator takes this key for the root of the account and checks no signature of it. */
export const ROOT_KEY = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

const SERVICES =
  's3,sqs,sns,dynamodb,lambda,iam,sts,secretsmanager,logs,ssm,events,monitoring,cloudformation,scheduler,ecr,kms';
const BIN = join(PROJECT_ROOT, 'node_modules', '.bin');
const READY_WITHIN_MS = 30_000;
const ATTEMPTS = 3;

export interface Emulator {
  readonly endpoint: string;
  /**
   * For every child: nothing of the person's own, dummy credentials, and no other endpoint than the
   * emulator's.
   */
  readonly environment: NodeJS.ProcessEnv;
  /** The last lines of its log, in which are those of the functions whose invocation has ended. */
  logTail(): string;
  /** Ends it and the functions it runs, and keeps its log in `reports/`. */
  stop(): Promise<void>;
}

/**
 * An emulator of AWS of its own, on a free port of the loopback. `folder` is empty and will hold
 * all it writes.
 */
export async function startEmulator(folder: string): Promise<Emulator> {
  if (!isInstalled()) throw new Error('the emulator is not installed: run npm run emulator');
  mkdirSync(join(folder, 'tmp'));
  const logFile = join(folder, 'emulator.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const environment = environmentOf(folder, port);
    const child = launch(environment, logFile);
    const endpoint = `http://127.0.0.1:${port}`;
    if (await isReady(endpoint, child)) {
      return {
        endpoint,
        environment,
        logTail: () => tailOf(logFile),
        stop: async () => stop(child, logFile),
      };
    }
    await stop(child, logFile);
    // Somebody else may have taken the port meanwhile.
    if (attempt === ATTEMPTS) throw new Error(`the emulator did not start:\n${tailOf(logFile)}`);
  }
}

function environmentOf(folder: string, port: number): NodeJS.ProcessEnv {
  const nowhere = join(folder, 'no-such-file');
  return {
    PATH: [BIN, process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    SERVICES,
    /** Roles count: a function may do what its role allows, and nothing else. */
    AUTH: 'true',
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    PERSIST_STATE: '0',
    PYTHONUNBUFFERED: '1',
  };
}

/**
 * It and its functions are a process group, which ends when its standard input closes: with whoever
 * started it, however that one ends.
 */
const LAUNCHER = `
import os, signal, threading

def end_with_parent():
    os.read(0, 1)
    os.killpg(os.getpgid(0), signal.SIGKILL)

threading.Thread(target=end_with_parent, daemon=True).start()
from ministack.app import main
main()
`;

function launch(environment: NodeJS.ProcessEnv, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(pythonOf(EMULATOR_HOME), ['-c', LAUNCHER], {
    env: environment,
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  return child;
}

async function isReady(endpoint: string, child: ChildProcess): Promise<boolean> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAt && child.exitCode === null && child.signalCode === null) {
    if (await isHealthy(endpoint)) return true;
    await sleep(100);
  }
  return false;
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, logFile: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  }
  copyFileSync(logFile, keptFile('cloud-emulator.log'));
}

/** A file that stays when the suite has ended. Git-ignored. */
export function keptFile(name: string): string {
  const folder = join(PROJECT_ROOT, 'reports');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

const TAIL_LINES = 80;

const tailOf = (logFile: string): string =>
  readFileSync(logFile, 'utf8').split('\n').slice(-TAIL_LINES).join('\n');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('a listening TCP server has no port');
  return address.port;
}
