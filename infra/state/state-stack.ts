import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
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
    this.parameters = keptTable(this, 'Parameters', { partition: 'market' });
    this.state = keptTable(this, 'State', { partition: 'market', sort: 'item' });
    this.ledger = keptTable(this, 'Ledger', { partition: 'marketDay', sort: 'timeId' });
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

function keptTable(
  scope: Construct,
  id: string,
  key: { readonly partition: string; readonly sort?: string },
): TableV2 {
  return new TableV2(scope, id, {
    partitionKey: { name: key.partition, type: AttributeType.STRING },
    ...(key.sort === undefined ? {} : { sortKey: { name: key.sort, type: AttributeType.STRING } }),
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
