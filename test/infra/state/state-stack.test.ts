import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addStacks } from '#infra/add-stacks.ts';
import { parseStage } from '#shared/schema/deployment.ts';
import { appWithoutBundles, aStage, resourcesOf, synthesize } from '../synthesize.ts';

const { state } = synthesize();
const TABLE = 'AWS::DynamoDB::GlobalTable';

const tables = [
  { id: 'Parameters6795E5B4', keys: [['market', 'HASH']] },
  {
    id: 'State1C20CC9A',
    keys: [
      ['market', 'HASH'],
      ['item', 'RANGE'],
    ],
  },
  {
    id: 'LedgerB7379752',
    keys: [
      ['marketDay', 'HASH'],
      ['timeId', 'RANGE'],
    ],
  },
];

describe('the state stack', () => {
  it.each(tables)(
    'keeps the table $id under the id it was born with, whatever happens to the stack',
    ({ id, keys }) => {
      const table = resourcesOf(state, TABLE)[id];
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
          AttributeDefinitions: keys.map(([AttributeName]) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          Replicas: [
            {
              DeletionProtectionEnabled: true,
              PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            },
          ],
        },
      });
    },
  );

  it('never deletes an item by itself, and bounds what a mistake may cost', () => {
    const settingsOf = (id: string): unknown => {
      const properties = resourcesOf(state, TABLE)[id]?.Properties ?? {};
      const [replica] = properties['Replicas'] as Record<string, unknown>[];
      return [
        properties['TimeToLiveSpecification'],
        properties['WriteOnDemandThroughputSettings'],
        replica?.['ReadOnDemandThroughputSettings'],
      ];
    };
    const most = (writes: number, reads: number): unknown[] => [
      { MaxWriteRequestUnits: writes },
      { MaxReadRequestUnits: reads },
    ];
    expect(tables.map(({ id }) => settingsOf(id))).toEqual([
      [undefined, ...most(25, 500)],
      [undefined, ...most(500, 1000)],
      [undefined, ...most(500, 4000)],
    ]);
  });

  it('holds these three tables and no other', () => {
    expect(Object.keys(resourcesOf(state, TABLE)).sort()).toEqual(
      tables.map(({ id }) => id).sort(),
    );
  });

  it('keeps the secret, and puts neither a key nor a rule for generating one into the template', () => {
    state.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(Object.keys(resourcesOf(state, 'AWS::SecretsManager::Secret'))).toEqual([
      'VenueKeys2791CE97',
    ]);
    state.hasResourceProperties('AWS::SecretsManager::Secret', {
      SecretString: Match.absent(),
      GenerateSecretString: Match.absent(),
    });
  });

  it('has the same ids in another stage, so that stages differ by stack name only', () => {
    expect(
      Object.keys(synthesize(aStage({ name: 'live' })).state.toJSON()['Resources'] as object),
    ).toEqual(Object.keys(state.toJSON()['Resources'] as object));
  });

  it('is exported strongly: CloudFormation refuses to delete it while functions use it', () => {
    const { trading } = synthesize();
    expect(JSON.stringify(trading.toJSON())).toContain(
      '{"Fn::ImportValue":"quotemill-paper-state:',
    );
  });

  it('is protected against termination, but for an emulator, which knows no such thing', () => {
    const protection = (emulator: boolean): boolean =>
      addStacks(appWithoutBundles(), parseStage(aStage()), { emulator }).state
        .terminationProtection;
    expect([protection(false), protection(true)]).toEqual([true, false]);
    expect(addStacks(appWithoutBundles(), parseStage(aStage())).state.terminationProtection).toBe(
      true,
    );
  });
});
