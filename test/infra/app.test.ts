import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addStacks } from '#infra/add-stacks.ts';
import { refuseElsewhere } from '#shared/schema/parameters/refuse-elsewhere.ts';
import { InputError } from '#shared/domain/failure.ts';
import { parseStage } from '#shared/schema/deployment.ts';
import { appWithoutBundles, aStage } from './synthesize.ts';

const outdir = mkdtempSync(join(tmpdir(), 'quotemill-app-'));
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

interface Run {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs the app as the cdk command does. */
const run = (context: Record<string, unknown>): Run => runNode(context, ['infra/app.ts']);

function runNode(context: Record<string, unknown>, args: readonly string[]): Run {
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context }),
    },
  });
  return { status, stderr };
}

describe('the app of cdk.json', () => {
  it('synthesizes without credentials, passes the security checks, and warns that the functions will stand aside', () => {
    const { status, stderr } = run({});
    expect({ status, errors: stderr.match(/^ERROR.*/gm) }).toEqual({ status: 0, errors: null });
    expect(stderr).toContain(
      'WARNING stage paper: purple-flea has no base URL, so its functions stand aside and nothing trades.',
    );
    const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, unknown>;
    };
    expect(Object.keys(artifacts)).toEqual(
      expect.arrayContaining(['quotemill-paper-state', 'quotemill-paper-trading']),
    );
  });

  it('refuses what the security checks find and nobody acknowledged', () => {
    const program = `
      import { Queue } from 'aws-cdk-lib/aws-sqs';
      import { addStacks } from '#infra/add-stacks.ts';
      import { createApp } from '#infra/create-app.ts';
      import { parseStage } from '#shared/schema/deployment.ts';
      const app = createApp();
      const { trading } = addStacks(app, parseStage(${JSON.stringify(aStage())}));
      new Queue(trading, 'Careless');
      app.synth();`;
    const { status, stderr } = runNode({}, ['--input-type=module', '--eval', program]);
    expect(status).toBe(1);
    expect(stderr).toContain("Acknowledge with 'AwsSolutions::AwsSolutions-SQS4'");
  });

  it('warns that its alarms reach nobody as long as no address is written down', () => {
    const { status, stderr } = run({ venueBaseUrl: 'https://venue.example' });
    expect([status, stderr.match(/WARNING.*/g)]).toEqual([
      0,
      [
        'WARNING stage paper: no alarmEmail, so its alarms show in CloudWatch and reach nobody. ' +
          'Set it in infra/stages.ts, deploy, and confirm the mail that AWS then sends. (Annotation)',
      ],
    ]);
  });

  it('warns of nothing once base URL and address are known', () => {
    const program = `
      import { addStacks } from '#infra/add-stacks.ts';
      import { createApp } from '#infra/create-app.ts';
      import { warnAboutStage } from '#infra/warn-about-stage.ts';
      import { parseStage } from '#shared/schema/deployment.ts';
      const app = createApp();
      const stage = parseStage(${JSON.stringify(aStage({ alarmEmail: 'ops@example.com' }))});
      warnAboutStage(addStacks(app, stage).trading, stage);
      app.synth();`;
    expect(runNode({}, ['--input-type=module', '--eval', program])).toEqual({
      status: 0,
      stderr: '',
    });
  });

  it('refuses to deploy a stage elsewhere than where it belongs, since it would trade twice', () => {
    const stage = parseStage(aStage({ account: '111122223333', region: 'eu-central-1' }));
    const from = (account?: string, region?: string) => (): void =>
      refuseElsewhere(stage, { account, region });
    expect(from()).not.toThrow();
    expect(from('111122223333', 'eu-central-1')).not.toThrow();
    expect(from('444455556666', 'eu-central-1')).toThrow(
      new InputError(
        'stage paper: belongs to account 111122223333, the credentials lead to 444455556666; ' +
          'use those of 111122223333, or make a stage with another name',
      ),
    );
    expect(from('111122223333', 'us-east-1')).toThrow(
      'belongs to region eu-central-1, the credentials lead to us-east-1',
    );
    const { trading } = addStacks(appWithoutBundles(), stage);
    expect([trading.account, trading.region]).toEqual(['111122223333', 'eu-central-1']);
  });

  it('refuses an unknown stage with one line and exit code 2', () => {
    expect(run({ stage: 'papr' })).toEqual({
      status: 2,
      stderr: 'cdk context: stage "papr" is unknown (did you mean "paper"?); known stages: paper\n',
    });
  });
});
