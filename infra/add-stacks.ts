import type { App } from 'aws-cdk-lib';
import type { Stage } from '#shared/schema/deployment.ts';
import { StateStack } from './state/state-stack.ts';
import { TradingStack } from './trading/trading-stack.ts';

export interface Stacks {
  readonly state: StateStack;
  readonly trading: TradingStack;
}

export interface DeploymentOptions {
  /** An emulator knows no termination protection of stacks. */
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
  const state = new StateStack(app, `quotemill-${stage.name}-state`, {
    terminationProtection: !emulator,
  });
  const trading = new TradingStack(app, `quotemill-${stage.name}-trading`, { stage, state });
  return { state, trading };
}
