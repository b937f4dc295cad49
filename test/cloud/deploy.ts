import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { awsCalls, type DeployedFunction } from './aws-calls.ts';
import { ACCOUNT, type Emulator, REGION } from './emulator.ts';
import { PROJECT_ROOT } from './emulator-home.ts';

/** The stage that is deployed when none is named. */
export const STAGE = 'paper';
export const STATE_STACK = `quotemill-${STAGE}-state`;
export const TRADING_STACK = `quotemill-${STAGE}-trading`;

const CDK = join(PROJECT_ROOT, 'node_modules', '.bin', 'cdk');
const CDK_TIMEOUT_MS = 100_000;
const MAX_OUTPUT_BYTES = 10_000_000;

export type StateOutputs = z.infer<typeof stateOutputs>;

const stateOutputs = z.object({
  ParametersTableName: z.string(),
  StateTableName: z.string(),
  LedgerTableName: z.string(),
  VenueKeysSecretArn: z.string(),
});

/** What `cdk bootstrap` does to an account, once, before the first deployment. */
export async function bootstrap(emulator: Emulator): Promise<void> {
  await cdk(emulator, 'bootstrap', `aws://${ACCOUNT}/${REGION}`);
  // The policy of CDK's bucket denies what does not come over TLS, which the emulator does not
  // speak here.
  await awsCalls(emulator.endpoint).deleteBucketPolicy(`cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`);
}

export interface Deployed {
  readonly outputs: StateOutputs;
  /** What the command said. */
  readonly said: string;
}

/**
 * `cdk deploy --all`, as a person does it, of a stage that trades at this venue. `folder` takes
 * what it writes.
 */
export async function deploy(
  emulator: Emulator,
  venueBaseUrl: string,
  folder: string,
): Promise<Deployed> {
  const outputsFile = join(folder, 'outputs.json');
  const context = ['--context', 'emulator=1', '--context', `venueBaseUrl=${venueBaseUrl}`];
  const files = ['--output', join(folder, 'cdk.out'), '--outputs-file', outputsFile];
  const said = await cdk(
    emulator,
    'deploy',
    '--all',
    '--require-approval',
    'never',
    ...context,
    ...files,
  );
  const written = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(outputsFile, 'utf8')));
  return { outputs: stateOutputs.parse(written[STATE_STACK]), said };
}

/**
 * The name of a secret is what the emulator says where AWS says its ARN, so that the grant in the
 * template misses the secret. It is made good here, for that one action and that one secret.
 */
export async function grantSecret(
  emulator: Emulator,
  functions: readonly DeployedFunction[],
  secret: string,
): Promise<void> {
  const aws = awsCalls(emulator.endpoint);
  const secretArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${secret}-*`;
  for (const { Role } of functions)
    await aws.allow(
      Role.slice(Role.lastIndexOf('/') + 1),
      'secretsmanager:GetSecretValue',
      secretArn,
    );
}

async function cdk({ environment }: Emulator, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [CDK, ...args, '--no-notices'],
      {
        cwd: PROJECT_ROOT,
        env: environment,
        timeout: CDK_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout + stderr);
        else reject(new Error(`cdk ${args.join(' ')} failed: ${error.message}\n${stdout}`));
      },
    );
  });
}
