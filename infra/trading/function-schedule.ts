import { Stack, type Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type IScheduleGroup,
  Schedule,
  type ScheduleExpression,
  type ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';

export interface FunctionScheduleProps {
  readonly description: string;
  readonly group: IScheduleGroup;
  readonly schedule: ScheduleExpression;
  readonly lambda: IFunction;
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
  readonly deadLetterQueue?: IQueue;
  readonly input?: ScheduleTargetInput;
  /** What must be there before it first fires. */
  readonly after?: readonly IConstruct[];
}

/** A schedule whose role may invoke one function and nothing else, for its group alone. */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    const { lambda, description, group, schedule, after = [], ...delivery } = props;
    const target = new LambdaInvoke(lambda, {
      ...delivery,
      // The target would add the right to invoke every version of the function, too.
      role: invokeRole(this, props).withoutPolicyUpdates(),
    });
    const timer = new Schedule(this, 'Schedule', {
      description,
      scheduleGroup: group,
      schedule,
      target,
    });
    // Also waits for the function's retry settings: before them, Lambda would retry by its own
    // defaults.
    timer.node.addDependency(lambda, ...after);
  }
}

function invokeRole(
  scope: Construct,
  { lambda, group, deadLetterQueue: queue }: FunctionScheduleProps,
): Role {
  const statements = [
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }),
  ];
  if (queue !== undefined)
    statements.push(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    );
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': Stack.of(scope).account,
          'aws:SourceArn': group.scheduleGroupArn,
        },
      },
    }),
    inlinePolicies: { invoke: new PolicyDocument({ statements }) },
  });
}
