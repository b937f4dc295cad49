import { type App, Tags } from 'aws-cdk-lib';
import type { Stage } from '#shared/schema/deployment.ts';
import { StateStack } from './state/state-stack.ts';
import { TradingStack } from './trading/trading-stack.ts';

export interface Stacks {
  readonly state: StateStack;
  readonly trading: TradingStack;
}

export interface DeploymentOptions {
  /** An emulator knows no termination protection of stacks and no alarms on expressions. */
  readonly emulator?: boolean;
}

/**
 * The deployment of a stage. Synthesizing one stack synthesizes the app, so both are added before
 * either is looked at.
 */
export function addStacks(
  app: App,
  stage: Stage,
  { emulator = false }: DeploymentOptions = {},
): Stacks {
  const { account, region } = stage;
  const env = {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
  const state = new StateStack(app, `quotemill-${stage.name}-state`, {
    env,
    terminationProtection: !emulator,
  });
  const trading = new TradingStack(app, `quotemill-${stage.name}-trading`, {
    env,
    stage,
    state,
    emulator,
  });
  for (const stack of [state, trading]) Tags.of(stack).add('quotemill:stage', stage.name);
  return { state, trading };
}
