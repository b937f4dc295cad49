import { describe, expect, it } from 'vitest';
import { functionOf, mentioning, type Resource, resourcesOf, synthesize } from '../synthesize.ts';

const { trading } = synthesize();

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
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

/** What the role of a function may do, as `action on resource`, from its own policies. */
function rightsOf(folder: string, market?: string): string[] {
  const role = (
    functionOf(trading, folder, market).resource.Properties['Role'] as { 'Fn::GetAtt': [string] }
  )['Fn::GetAtt'][0];
  const policies = [
    ...mentioning(trading, 'AWS::IAM::Policy', role),
    resourcesOf(trading, 'AWS::IAM::Role')[role],
  ];
  return policies
    .flatMap((policy: Resource | undefined) => statementsIn(policy?.Properties))
    .flatMap((statement) =>
      actionsOf(statement).map((action) => `${action} on ${nameOf(statement.Resource)}`),
    )
    .filter((right) => !right.startsWith('sts:AssumeRole'))
    .sort();
}

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
          'dynamodb:BatchGetItem on Parameters',
          'dynamodb:BatchGetItem on State',
          'dynamodb:GetItem on Ledger',
          'dynamodb:GetItem on State',
          'dynamodb:PutItem on Ledger',
          'dynamodb:PutItem on State',
          'dynamodb:Query on Ledger',
          'dynamodb:UpdateItem on State',
        ].sort(),
      );
    },
  );

  it('let the hedge function add to the ledger, never change it, and read no parameters', () => {
    expect(rightsOf('hedge')).toEqual(
      [
        ...ALL_MAY,
        ...MAY_DEAD_LETTER,
        'dynamodb:GetItem on Ledger',
        'dynamodb:GetItem on State',
        'dynamodb:PutItem on Ledger',
        'dynamodb:UpdateItem on State',
      ].sort(),
    );
  });

  it('keep the funding check away from the ledger', () => {
    expect(rightsOf('funding-check')).toEqual(
      [
        ...ALL_MAY,
        ...MAY_DEAD_LETTER,
        'dynamodb:GetItem on Parameters',
        'dynamodb:PutItem on State',
      ].sort(),
    );
  });

  it('are one per function', () => {
    const roles = Object.values(resourcesOf(trading, 'AWS::Lambda::Function')).map(
      ({ Properties }) => JSON.stringify(Properties['Role']),
    );
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('let Scheduler invoke only the function of the schedule, and only for schedules of this account', () => {
    const schedules = Object.values(resourcesOf(trading, 'AWS::Scheduler::Schedule'));
    const roles = resourcesOf(trading, 'AWS::IAM::Role');
    expect(schedules.length).toBeGreaterThan(0);
    for (const { Properties } of schedules) {
      const target = Properties['Target'] as { Arn: unknown; RoleArn: { 'Fn::GetAtt': [string] } };
      const role = target.RoleArn['Fn::GetAtt'][0];
      expect(mentioning(trading, 'AWS::IAM::Policy', role)).toEqual([]);
      expect(JSON.stringify(roles[role]?.Properties['AssumeRolePolicyDocument'])).toContain(
        '"aws:SourceAccount":{"Ref":"AWS::AccountId"}',
      );
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
