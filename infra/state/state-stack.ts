import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * What outlives every deployment. Constructs here are never renamed or moved: their logical ids are
 * what CloudFormation knows them by.
 */
export class StateStack extends Stack {
  readonly parameters: TableV2;
  readonly state: TableV2;
  readonly ledger: TableV2;
  readonly venueKeys: Secret;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, {
      description: 'Quotemill: parameters, state, ledger and venue keys; kept when the stack goes',
      ...props,
    });
    this.parameters = keptTable(this, 'Parameters', { partition: 'market', most: PEOPLE });
    this.state = keptTable(this, 'State', {
      partition: 'market',
      sort: 'item',
      most: SESSIONS,
    });
    this.ledger = keptTable(this, 'Ledger', {
      partition: 'marketDay',
      sort: 'timeId',
      most: RECOVERY,
    });
    this.venueKeys = emptySecret(this, 'VenueKeys');
    this.#output('ParametersTableName', this.parameters.tableName);
    this.#output('StateTableName', this.state.tableName);
    this.#output('LedgerTableName', this.ledger.tableName);
    this.#output('VenueKeysSecretArn', this.venueKeys.secretArn);
  }

  /** What a person looks for after a deployment: where to edit, where to put the keys. */
  #output(id: string, value: string): CfnOutput {
    return new CfnOutput(this, id, { value });
  }
}

/** Units a second, above which DynamoDB refuses: a bound on what a mistake may cost. */
interface Most {
  readonly reads: number;
  readonly writes: number;
}

/** Read by every market every few seconds, written by people. */
const PEOPLE: Most = { reads: 500, writes: 25 };
/**
 * Some twenty times what a full stage of sessions needs, and a moment in which all save at once.
 */
const SESSIONS: Most = { reads: 1000, writes: 500 };
/** A session that begins reads a day of facts; all of a stage may begin together. */
const RECOVERY: Most = { reads: 4000, writes: 500 };

interface KeptTable {
  readonly partition: string;
  readonly sort?: string;
  readonly most: Most;
}

function keptTable(scope: Construct, id: string, key: KeptTable): TableV2 {
  return new TableV2(scope, id, {
    partitionKey: { name: key.partition, type: AttributeType.STRING },
    ...(key.sort === undefined ? {} : { sortKey: { name: key.sort, type: AttributeType.STRING } }),
    billing: Billing.onDemand({
      maxReadRequestUnits: key.most.reads,
      maxWriteRequestUnits: key.most.writes,
    }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * A secret without a value: a generated one would have to be told from a key, and a change to its
 * rule would overwrite the key.
 */
function emptySecret(scope: Construct, id: string): Secret {
  const secret = new Secret(scope, id, {
    description: 'Venue keys, put here by a person: {"purple-flea":{"apiKey":"..."}}',
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const resource = secret.node.defaultChild;
  if (resource instanceof CfnSecret) resource.generateSecretString = undefined;
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'The venue documents no call that replaces a key: a person puts it here and replaces it.',
  });
  return secret;
}
