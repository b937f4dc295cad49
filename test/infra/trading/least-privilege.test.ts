import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  aStage,
  functionOf,
  mentioning,
  type Resource,
  resourcesOf,
  synthesize,
} from '../synthesize.ts';

const { trading } = synthesize();

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && 'Effect' in value && 'Action' in value;

const statementsIn = (value: unknown): Statement[] => {
  if (isStatement(value)) return [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(statementsIn)
    : [];
};

const actionsOf = ({ Action }: Statement): readonly string[] =>
  typeof Action === 'string' ? [Action] : Action;

/** Of the role of a function, from its own policies. */
function statementsOf(template: Template, folder: string, group?: string): Statement[] {
  const role = (
    functionOf(template, folder, group).resource.Properties['Role'] as { 'Fn::GetAtt': [string] }
  )['Fn::GetAtt'][0];
  const policies = [
    ...mentioning(template, 'AWS::IAM::Policy', role),
    resourcesOf(template, 'AWS::IAM::Role')[role],
  ];
  return policies.flatMap((policy: Resource | undefined) => statementsIn(policy?.Properties));
}

/** What it may do, as `action on resource`. */
const rightsOf = (folder: string, market?: string): string[] =>
  statementsOf(trading, folder, market)
    .flatMap((statement) =>
      [statement.Resource]
        .flat()
        .flatMap((resource) =>
          actionsOf(statement).map((action) => `${action} on ${nameOf(resource)}`),
        ),
    )
    .filter((right) => !right.startsWith('sts:AssumeRole'))
    .sort();

/** Each write it may do, with the partitions in which. */
const writesOf = (template: Template, folder: string, group?: string): unknown[] =>
  statementsOf(template, folder, group)
    .filter((statement) =>
      actionsOf(statement).some((action) => /^dynamodb:(Put|Update|Delete)/.test(action)),
    )
    .flatMap(({ Resource: resource, Condition: condition }) =>
      [resource].flat().map((one) => [nameOf(one), condition]),
    );

const within = (...partitions: readonly string[]): unknown => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
});

function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const named = ['Parameters', 'State', 'Ledger', 'VenueKeys', 'Logs', 'DeadLetters', 'Bus'].find(
    (name) => new RegExp(`${name}[0-9A-F]{8}`).test(text),
  );
  return named ?? text;
}

const ALL_MAY = [
  'events:PutEvents on Bus',
  'logs:CreateLogStream on Logs',
  'logs:PutLogEvents on Logs',
  'secretsmanager:GetSecretValue on VenueKeys',
];
/** Parameters say the mode, and the state whether the market is halted. */
const MAY_READ = ['Parameters', 'State'].flatMap((table) =>
  ['dynamodb:GetItem', 'dynamodb:BatchGetItem'].map((action) => `${action} on ${table}`),
);
const MAY_DEAD_LETTER = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'].map(
  (action) => `${action} on DeadLetters`,
);

describe('the roles', () => {
  it.each(['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP'])(
    'let the requote function of %s read parameters, never write them',
    (market) => {
      expect(rightsOf('requote', market)).toEqual(
        [
          ...ALL_MAY,
          ...MAY_READ,
          'dynamodb:GetItem on Ledger',
          'dynamodb:PutItem on Ledger',
          'dynamodb:PutItem on State',
          'dynamodb:Query on Ledger',
          'dynamodb:UpdateItem on State',
        ].sort(),
      );
    },
  );

  it('let the hedge function add to the ledger, never change it, and never make an item of the state', () => {
    expect(rightsOf('hedge')).toEqual(
      [
        ...ALL_MAY,
        ...MAY_READ,
        ...MAY_DEAD_LETTER,
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:Query on Ledger',
        'dynamodb:UpdateItem on State',
      ].sort(),
    );
  });

  it('keep the funding check away from the ledger', () => {
    expect(rightsOf('funding-check')).toEqual(
      [...ALL_MAY, ...MAY_READ, ...MAY_DEAD_LETTER, 'dynamodb:PutItem on State'].sort(),
    );
  });

  it('let the watchdog add a halt and its fact, read the rest, and put nothing on the bus', () => {
    expect(rightsOf('watchdog')).toEqual(
      [
        ...ALL_MAY.filter((right) => !right.endsWith('on Bus')),
        ...MAY_READ,
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:PutItem on State',
        'dynamodb:Query on Ledger',
      ].sort(),
    );
  });

  it('let a requote function write only the items of its own market', () => {
    expect(writesOf(trading, 'requote', 'purple-flea/BTC-PERP')).toEqual([
      ['State', within('purple-flea/BTC-PERP')],
      ['Ledger', within('purple-flea/BTC-PERP#*')],
    ]);
  });

  it('let the function of a group write the items of its markets and its lease', () => {
    const coins = ['BTC-PERP', 'ETH-PERP', '币安人生-PERP'];
    const markets = coins.map((symbol) => `purple-flea/${symbol}`);
    const shared = synthesize(
      aStage({
        markets: coins.map((symbol) => ({ symbol, venue: 'purple-flea' })),
        groups: [
          { name: 'majors', markets: markets.slice(0, 2) },
          { name: 'rest', markets: markets.slice(2) },
        ],
      }),
    ).trading;
    expect(writesOf(shared, 'requote', 'majors')).toEqual([
      ['State', within('majors', 'purple-flea/BTC-PERP', 'purple-flea/ETH-PERP')],
      ['Ledger', within('purple-flea/BTC-PERP#*', 'purple-flea/ETH-PERP#*')],
    ]);
    // IAM takes Latin-1 only.
    expect(writesOf(shared, 'requote', 'rest')).toEqual([
      ['State', within('rest', 'purple-flea/*-PERP')],
      ['Ledger', within('purple-flea/*-PERP#*')],
    ]);
  });

  it('let hedge, watchdog and funding check write only items of markets at their venue', () => {
    const both = ['State', 'Ledger'].map((table) => [table, within('purple-flea/*')]);
    for (const folder of ['hedge', 'watchdog']) {
      expect(writesOf(trading, folder)).toEqual(expect.arrayContaining(both));
      expect(writesOf(trading, folder)).toHaveLength(both.length);
    }
    expect(writesOf(trading, 'funding-check')).toEqual([['State', within('purple-flea/*')]]);
  });

  it('are one per function', () => {
    const roles = Object.values(resourcesOf(trading, 'AWS::Lambda::Function')).map(
      ({ Properties }) => JSON.stringify(Properties['Role']),
    );
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('let Scheduler invoke only the function of the schedule, and only for schedules of this stage', () => {
    const [group] = Object.keys(resourcesOf(trading, 'AWS::Scheduler::ScheduleGroup'));
    const schedules = Object.values(resourcesOf(trading, 'AWS::Scheduler::Schedule'));
    const roles = resourcesOf(trading, 'AWS::IAM::Role');
    expect(schedules.length).toBeGreaterThan(0);
    for (const { Properties } of schedules) {
      const target = Properties['Target'] as { Arn: unknown; RoleArn: { 'Fn::GetAtt': [string] } };
      const role = target.RoleArn['Fn::GetAtt'][0];
      expect(mentioning(trading, 'AWS::IAM::Policy', role)).toEqual([]);
      expect(statementsIn(roles[role]?.Properties['AssumeRolePolicyDocument'])).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': { 'Fn::GetAtt': [group, 'Arn'] },
            },
          },
        }),
      ]);
      const invokes = statementsIn(roles[role]?.Properties['Policies']).filter((statement) =>
        actionsOf(statement).join().startsWith('lambda:'),
      );
      expect(invokes).toEqual([
        { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: target.Arn },
      ]);
    }
  });

  it('hold no wildcard, neither as action nor as resource, and no managed policy', () => {
    const identities = [
      ...Object.values(resourcesOf(trading, 'AWS::IAM::Policy')),
      ...Object.values(resourcesOf(trading, 'AWS::IAM::Role')),
    ];
    for (const identity of identities) {
      expect(identity.Properties['ManagedPolicyArns']).toBeUndefined();
      for (const statement of statementsIn(identity.Properties)) {
        expect(actionsOf(statement).join()).not.toContain('*');
        expect(JSON.stringify(statement.Resource ?? '')).not.toContain('*');
      }
    }
  });
});
