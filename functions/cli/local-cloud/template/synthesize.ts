import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addStacks } from '#infra/add-stacks.ts';
import { createApp } from '#infra/create-app.ts';
import type { Stage } from '#shared/schema/deployment.ts';
import { type LocalDeployment, readDeployment } from './deployment.ts';
import { resolveTemplates, templateSchema } from './template.ts';

/**
 * The deployment of a stage, synthesized as `cdk synth` does, and read as CloudFormation reads it.
 * Functions are not bundled: they run from their files. CloudFormation's own schema check is left
 * to `cdk synth`: it takes longer than the rest.
 */
export function synthesizeDeployment(stage: Stage): LocalDeployment {
  const outdir = mkdtempSync(join(tmpdir(), 'quotemill-'));
  try {
    const app = createApp({
      outdir,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    addStacks(app, stage);
    const stacks = app.synth().stacks.map((stack) => ({
      stack: stack.stackName,
      template: templateSchema.parse(stack.template),
    }));
    return readDeployment(resolveTemplates(stacks));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
