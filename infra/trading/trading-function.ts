import { CfnResource, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import {
  type Conditions,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type AssetCode,
  Function as LambdaFunction,
  LoggingFormat,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { RUNTIME } from '../bundle/handler-code.ts';
import { type HandlerName, handlers } from '../bundle/handlers.ts';
import { METRICS_NAMESPACE } from '../watch/metrics.ts';
import type { TableRights } from './table-rights.ts';

/** What Lambda does with an asynchronous invocation that failed. */
interface Retry {
  readonly attempts: 0 | 1 | 2;
  /** An event older than this is dropped, or dead-lettered. */
  readonly maxAge: Duration;
  readonly deadLetterQueue?: IQueue;
}

const MEMORY_MB = 256;

export interface TradingFunctionProps {
  readonly handler: HandlerName;
  readonly code: AssetCode;
  readonly description: string;
  /** The `service` dimension of its metrics and the name in its logs. */
  readonly serviceName: string;
  /** Its share of a processor grows with it. */
  readonly memoryMb?: number;
  readonly timeout: Duration;
  readonly retry: Retry;
  readonly logRetentionDays: Stage['logRetentionDays'];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A Lambda with a role and a log group of its own. What it may use is granted and named in its
 * environment in one step.
 */
export class TradingFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly serviceName: string;
  /** In the role itself, so that no function starts before its rights are there. */
  readonly #rights = new PolicyDocument();

  constructor(scope: Construct, id: string, props: TradingFunctionProps) {
    super(scope, id);
    this.serviceName = props.serviceName;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: retention[props.logRetentionDays],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { rights: this.#rights },
    });
    this.#allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.logGroupArn);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: props.code,
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? MEMORY_MB,
      timeout: props.timeout,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      retryAttempts: props.retry.attempts,
      maxEventAge: props.retry.maxAge,
      ...(props.retry.deadLetterQueue === undefined
        ? {}
        : { onFailure: new SqsDestination(props.retry.deadLetterQueue) }),
      environment: {
        POWERTOOLS_SERVICE_NAME: props.serviceName,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        ...props.environment,
      },
    });
    nameHandlerInTemplate(this.lambda, props.handler);
  }

  /** Without rights the table is named only. */
  bindTable(variable: string, table: TableV2, { reads = [], writes }: TableRights = {}): void {
    this.lambda.addEnvironment(variable, table.tableName);
    if (reads.length > 0) this.#allow(reads.map(inDynamo), table.tableArn);
    if (writes !== undefined)
      this.#allow(writes.by.map(inDynamo), table.tableArn, {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': writes.in },
      });
  }

  bindEventBus(variable: string, bus: EventBus): void {
    this.lambda.addEnvironment(variable, bus.eventBusName);
    this.#allow(['events:PutEvents'], bus.eventBusArn);
  }

  bindSecret(variable: string, secret: Secret): void {
    this.lambda.addEnvironment(variable, secret.secretArn);
    this.#allow(['secretsmanager:GetSecretValue'], secret.secretArn);
  }

  #allow(actions: string[], resource: string, conditions: Conditions = {}): void {
    this.#rights.addStatements(new PolicyStatement({ actions, resources: [resource], conditions }));
  }
}

const inDynamo = (action: string): string => `dynamodb:${action}`;

const retention: Readonly<Record<Stage['logRetentionDays'], RetentionDays>> = {
  1: RetentionDays.ONE_DAY,
  3: RetentionDays.THREE_DAYS,
  5: RetentionDays.FIVE_DAYS,
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  90: RetentionDays.THREE_MONTHS,
};

/**
 * The code of a function is a hash in the template; whoever runs the template without Lambda needs
 * the file.
 */
function nameHandlerInTemplate(lambda: LambdaFunction, handler: HandlerName): void {
  const resource = lambda.node.defaultChild;
  if (resource instanceof CfnResource) resource.addMetadata('quotemill:handler', handlers[handler]);
}
