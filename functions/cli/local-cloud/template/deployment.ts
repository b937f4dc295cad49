import * as z from 'zod';
import { InvariantError } from '#shared/domain/failure.ts';
import { arnOf, physicalName, type ResolvedResource } from './template.ts';

/** What a deployment consists of, as far as it does anything when it runs. */
export interface LocalDeployment {
  readonly tables: readonly LocalTable[];
  readonly functions: readonly LocalFunction[];
  readonly schedules: readonly LocalSchedule[];
  readonly rules: readonly LocalRule[];
  readonly buses: readonly string[];
  readonly queues: readonly string[];
  readonly secrets: readonly string[];
}

export interface LocalTable {
  readonly name: string;
  readonly logicalId: string;
  readonly keys: readonly {
    readonly name: string;
    readonly kind: 'HASH' | 'RANGE';
    readonly type: string;
  }[];
}

export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  /** The file its bundle is made from, relative to the root of the project. */
  readonly entry: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What Lambda does with an asynchronous invocation that failed. */
  readonly onFailure: {
    readonly attempts: number;
    readonly maxAgeMs: number;
    readonly queueArn: string | undefined;
  };
}

interface LocalSchedule {
  readonly name: string;
  readonly expression: string;
  readonly targetArn: string;
  readonly input: unknown;
}

interface LocalRule {
  readonly name: string;
  readonly bus: string;
  readonly pattern: unknown;
  readonly targets: readonly { readonly arn: string; readonly deadLetterArn: string | undefined }[];
}

/** Types that do nothing in a run: rights, logs, alarms, names and what CDK adds for itself. */
const INERT: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/**
 * Reads what runs out of the resolved templates. A type it does not know is an error: nothing of a
 * deployment is left out silently.
 */
export function readDeployment(resources: readonly ResolvedResource[]): LocalDeployment {
  const of = (type: string): readonly ResolvedResource[] =>
    resources.filter((resource) => resource.type === type);
  const unknown = resources.find(({ type }) => !INERT.has(type) && !(type in READ));
  if (unknown !== undefined)
    throw new InvariantError(
      `the local cloud does not know ${unknown.type} (${unknown.stack} ${unknown.logicalId})`,
    );
  const asyncSettings = of('AWS::Lambda::EventInvokeConfig').map(({ properties }) =>
    invokeConfig.parse(properties),
  );
  return {
    tables: of('AWS::DynamoDB::GlobalTable').map(tableOf),
    functions: of('AWS::Lambda::Function').map((resource) => functionOf(resource, asyncSettings)),
    schedules: of('AWS::Scheduler::Schedule').map(scheduleOf),
    rules: of('AWS::Events::Rule').map(ruleOf),
    buses: of('AWS::Events::EventBus').map(({ stack, logicalId }) =>
      physicalName(stack, logicalId),
    ),
    queues: of('AWS::SQS::Queue').map(({ stack, logicalId }) => arnOf(stack, logicalId)),
    secrets: of('AWS::SecretsManager::Secret').map(({ stack, logicalId }) =>
      arnOf(stack, logicalId),
    ),
  };
}

const READ = {
  'AWS::DynamoDB::GlobalTable': true,
  'AWS::Events::EventBus': true,
  'AWS::Events::Rule': true,
  'AWS::Lambda::EventInvokeConfig': true,
  'AWS::Lambda::Function': true,
  'AWS::Scheduler::Schedule': true,
  'AWS::SecretsManager::Secret': true,
  'AWS::SQS::Queue': true,
};

const table = z.object({
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
});

function tableOf({ stack, logicalId, properties }: ResolvedResource): LocalTable {
  const { KeySchema, AttributeDefinitions } = table.parse(properties);
  const keys = KeySchema.map(({ AttributeName, KeyType }) => ({
    name: AttributeName,
    kind: KeyType,
    type:
      AttributeDefinitions.find((attribute) => attribute.AttributeName === AttributeName)
        ?.AttributeType ?? 'S',
  }));
  return { name: physicalName(stack, logicalId), logicalId, keys };
}

const lambda = z.object({
  Timeout: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});
const invokeConfig = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number(),
  MaximumEventAgeInSeconds: z.number(),
  DestinationConfig: z
    .object({ OnFailure: z.object({ Destination: z.string() }).optional() })
    .optional(),
});

function functionOf(
  { stack, logicalId, properties, metadata }: ResolvedResource,
  asyncSettings: readonly z.infer<typeof invokeConfig>[],
): LocalFunction {
  const name = physicalName(stack, logicalId);
  const { Timeout, Environment } = lambda.parse(properties);
  const settings = asyncSettings.find(({ FunctionName }) => FunctionName === name);
  if (settings === undefined)
    throw new InvariantError(
      `${name} has no settings for asynchronous invocation: Lambda would retry by its own`,
    );
  return {
    name,
    arn: arnOf(stack, logicalId),
    entry: z.string().parse(metadata['quotemill:handler']),
    timeoutMs: Timeout * 1000,
    environment: Environment.Variables,
    onFailure: {
      attempts: settings.MaximumRetryAttempts,
      maxAgeMs: settings.MaximumEventAgeInSeconds * 1000,
      queueArn: settings.DestinationConfig?.OnFailure?.Destination,
    },
  };
}

const schedule = z.object({
  ScheduleExpression: z.string(),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

function scheduleOf({ stack, logicalId, properties }: ResolvedResource): LocalSchedule {
  const { ScheduleExpression, Target } = schedule.parse(properties);
  const input: unknown = Target.Input === undefined ? {} : JSON.parse(Target.Input);
  return {
    name: physicalName(stack, logicalId),
    expression: ScheduleExpression,
    targetArn: Target.Arn,
    input,
  };
}

const rule = z.object({
  EventBusName: z.string(),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(
    z.object({ Arn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }).optional() }),
  ),
});

function ruleOf({ stack, logicalId, properties }: ResolvedResource): LocalRule {
  const { EventBusName, EventPattern, Targets } = rule.parse(properties);
  return {
    name: physicalName(stack, logicalId),
    bus: EventBusName,
    pattern: EventPattern,
    targets: Targets.map(({ Arn, DeadLetterConfig }) => ({
      arn: Arn,
      deadLetterArn: DeadLetterConfig?.Arn,
    })),
  };
}
