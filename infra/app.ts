import { deploymentFromContext } from '#shared/schema/deployment.ts';
import { refuseElsewhere } from '#shared/schema/parameters/refuse-elsewhere.ts';
import { addStacks } from './add-stacks.ts';
import { createApp } from './create-app.ts';

import { stages } from './stages.ts';
import { warnAboutStage } from './warn-about-stage.ts';

const BAD_INPUT = 2;

try {
  const app = createApp();
  const { stage, emulator } = deploymentFromContext(stages, app.node.getAllContext());
  refuseElsewhere(stage, {
    account: process.env['CDK_DEFAULT_ACCOUNT'],
    region: process.env['CDK_DEFAULT_REGION'],
  });
  const { trading } = addStacks(app, stage, { emulator });
  warnAboutStage(trading, stage);
  app.synth();
} catch (error) {
  if (!(error instanceof Error) || error.name !== 'InputError') throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = BAD_INPUT;
}
