import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handlers } from '#infra/bundle/handlers.ts';
import { MOST_ALONE, MOST_MARKETS } from '#shared/schema/deployment.ts';
import {
  fundingCheckEnvironment,
  hedgeEnvironment,
  parseEnvironment,
  requoteEnvironment,
} from '#shared/schema/environment.ts';
import {
  appWithoutBundles,
  aStage,
  filledIn,
  functionOf,
  graphsOf,
  resourcesOf,
  synthesize,
  variablesOf,
} from '../synthesize.ts';

const { state, trading } = synthesize();
const functions = Object.values(resourcesOf(trading, 'AWS::Lambda::Function'));

const importedBy = (value: unknown): unknown =>
  (value as Record<string, unknown>)['Fn::ImportValue'];

const keysIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)])
    : [];

describe('every function', () => {
  it('runs on arm64 with Node 24 and little memory, and reserves no concurrency, which a new account has none of to give', () => {
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 256,
        Handler: 'index.handler',
      });
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('logs JSON into a group of its own, which forgets after the days of the stage and goes with the stack', () => {
    const groups = resourcesOf(
      synthesize(aStage({ logRetentionDays: 30 })).trading,
      'AWS::Logs::LogGroup',
    );
    expect(Object.keys(groups)).toHaveLength(functions.length);
    for (const group of Object.values(groups))
      expect(group).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { RetentionInDays: 30 },
      });
    const used = functions.map(
      ({ Properties }) => Properties['LoggingConfig'] as { LogGroup: { Ref: string } },
    );
    expect(used.map(({ LogGroup }) => LogGroup.Ref).sort()).toEqual(Object.keys(groups).sort());
    for (const logging of used)
      expect(logging).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
  });

  it('gets the environment that its handler parses', () => {
    expect(
      parseEnvironment(
        requoteEnvironment,
        filledIn(functionOf(trading, 'requote', 'purple-flea/ETH-PERP').resource),
      ),
    ).toMatchObject({
      DEPLOYMENT: 'paper',
      GROUP: 'purple-flea/ETH-PERP',
      MARKETS: ['purple-flea/ETH-PERP'],
      VENUE: 'purple-flea',
      VENUE_BASE_URL: 'https://venue.example',
      SESSION_MS: 840_000,
    });
    expect(
      parseEnvironment(hedgeEnvironment, filledIn(functionOf(trading, 'hedge').resource)).VENUE,
    ).toBe('purple-flea');
    expect(
      parseEnvironment(
        fundingCheckEnvironment,
        filledIn(functionOf(trading, 'funding-check').resource),
      ).VENUE,
    ).toBe('purple-flea');
  });

  it('is told each table, the secret and the bus by reference, so that it never acts on those of another stage', () => {
    const [bus] = Object.keys(resourcesOf(trading, 'AWS::Events::EventBus'));
    for (const resource of functions) {
      const variables = variablesOf(resource);
      // The watchdog tells nobody anything on the bus.
      const isWatchdog = variables['POWERTOOLS_SERVICE_NAME'] === 'paper-watchdog';
      expect(variables['EVENT_BUS']).toEqual(isWatchdog ? undefined : { Ref: bus });
      expect(importedBy(variables['PARAMETERS_TABLE'])).toMatch(
        /^quotemill-paper-state:ExportsOutputRefParameters/,
      );
      expect(importedBy(variables['STATE_TABLE'])).toMatch(
        /^quotemill-paper-state:ExportsOutputRefState/,
      );
      expect(importedBy(variables['LEDGER_TABLE'])).toMatch(
        /^quotemill-paper-state:ExportsOutputRefLedger/,
      );
      expect(importedBy(variables['VENUE_SECRET_ID'])).toMatch(
        /^quotemill-paper-state:ExportsOutputRefVenueKeys/,
      );
    }
  });

  it('names its stage in its metrics, so that two stages in one account never answer for each other', () => {
    const services = functions.map((resource) => variablesOf(resource)['POWERTOOLS_SERVICE_NAME']);
    expect(new Set(services)).toEqual(
      new Set(['paper-requote', 'paper-hedge', 'paper-funding-check', 'paper-watchdog']),
    );
    for (const resource of functions)
      expect(variablesOf(resource)['POWERTOOLS_METRICS_NAMESPACE']).toBe('Quotemill');
  });

  it('names the file of its handler, for whoever runs the template without Lambda', () => {
    const files = new Set(functions.map(({ Metadata }) => Metadata?.['quotemill:handler']));
    expect(files).toEqual(new Set(Object.values(handlers)));
  });
});

describe('a venue', () => {
  it('without a base URL is deployed with an empty one', () => {
    const aside = synthesize(aStage({ venues: { 'purple-flea': { fundingIntervalHours: 8 } } }));
    for (const resource of Object.values(resourcesOf(aside.trading, 'AWS::Lambda::Function')))
      expect(variablesOf(resource)['VENUE_BASE_URL']).toBe('');
  });

  it('on loopback changes the base URL and nothing else', () => {
    const local = synthesize(
      aStage({
        venues: { 'purple-flea': { fundingIntervalHours: 8, baseUrl: 'http://127.0.0.1:8787' } },
      }),
    );
    expect(
      JSON.stringify(local.trading.toJSON()).replaceAll(
        'http://127.0.0.1:8787',
        'https://venue.example',
      ),
    ).toBe(JSON.stringify(trading.toJSON()));
  });
});

describe('a person who has deployed', () => {
  it('is told where to look and what is left to do', () => {
    const { Outputs } = trading.toJSON() as { Outputs: Record<string, { Value: unknown }> };
    expect(Object.keys(Outputs)).toEqual(['DashboardUrl', 'AlarmTopicArn', 'NextStep']);
    expect(JSON.stringify(Outputs['NextStep'])).toMatch(
      /Fill the secret.*put-secret-value.*ExportsOutputRefVenueKeys/,
    );
    expect(JSON.stringify(Outputs['DashboardUrl'])).toContain('#dashboards/dashboard/quotemill-');
  });

  it('finds the stage on what may be tagged, and the group on what a group has', () => {
    const { resource } = functionOf(trading, 'requote', 'purple-flea/ETH-PERP');
    expect(resource.Properties['Tags']).toEqual([
      { Key: 'quotemill:group', Value: 'purple-flea/ETH-PERP' },
      { Key: 'quotemill:stage', Value: 'paper' },
    ]);
    const replicas = Object.values(resourcesOf(state, 'AWS::DynamoDB::GlobalTable')).map(
      ({ Properties }) => JSON.stringify(Properties['Replicas']),
    );
    for (const replica of replicas) expect(replica).toContain('"quotemill:stage"');
  });
});

describe('the schedules of a stage', () => {
  it('are all in one group of its own, which bears its name and goes with the stack', () => {
    const [group, ...more] = Object.values(resourcesOf(trading, 'AWS::Scheduler::ScheduleGroup'));
    expect(more).toEqual([]);
    expect(group).toMatchObject({
      Properties: {
        Name: 'quotemill-paper',
        Tags: [{ Key: 'quotemill:stage', Value: 'paper' }],
      },
    });
    expect(group?.DeletionPolicy).toBe('Delete');
    const schedules = Object.values(resourcesOf(trading, 'AWS::Scheduler::Schedule'));
    expect(schedules).toHaveLength(4);
    for (const { Properties } of schedules) expect(Properties['GroupName']).toBe('quotemill-paper');
  });
});

describe('the templates', () => {
  it('hold no key', () => {
    const text = JSON.stringify([state.toJSON(), trading.toJSON()]);
    expect(text).not.toMatch(
      /pf_(live|test)_|sk_(live|trade)_|SecretString|dynamic:secretsmanager|resolve:secretsmanager/,
    );
    expect(text).not.toMatch(/"[A-Z_]*(API_?KEY|TOKEN|PASSWORD)[A-Z_]*":/);
  });

  it('use only the intrinsics that the local cloud interprets', () => {
    const known = ['Fn::GetAtt', 'Fn::ImportValue', 'Fn::Join', 'Fn::Sub'];
    for (const template of [state, trading]) {
      const { Resources, Outputs } = template.toJSON() as Record<string, unknown>;
      const used = new Set(keysIn({ Resources, Outputs }).filter((key) => key.startsWith('Fn::')));
      expect([...used].filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  it('fit the limits of CloudFormation with as many markets as a stage may have', () => {
    const markets = Array.from({ length: MOST_ALONE }, (_, index) => ({
      symbol: `COIN${index}-PERP`,
      venue: 'purple-flea' as const,
    }));
    const full = synthesize(aStage({ markets, alarmEmail: 'ops@example.com' })).trading.toJSON();
    const resources = Object.keys(full['Resources'] as object).length;
    expect(resources).toBeLessThanOrEqual(500);
    // What RESOURCES of the schema promises for a function and the rest.
    expect(resources).toBeLessThanOrEqual(MOST_ALONE * 6 + 60);
    expect(JSON.stringify(full).length).toBeLessThan(1_000_000);
  });

  it('fit its limits, and those of a dashboard, with as many markets in as many functions', () => {
    const symbols = Array.from({ length: MOST_MARKETS }, (_, index) => `COIN${index}-PERP`);
    const full = synthesize(
      aStage({
        markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })),
        groups: Array.from({ length: MOST_ALONE }, (_, part) => ({
          name: `part-${part}`,
          markets: symbols
            .filter((_symbol, index) => index % MOST_ALONE === part)
            .map((symbol) => `purple-flea/${symbol}`),
        })),
      }),
    ).trading;
    expect(JSON.stringify(full.toJSON()).length).toBeLessThan(1_000_000);
    const linesOf = graphsOf(full).map(({ properties }) => properties.metrics?.length ?? 0);
    expect(Math.max(...linesOf)).toBeLessThanOrEqual(500);
    expect(linesOf.reduce((sum, lines) => sum + lines, 0)).toBeLessThanOrEqual(2500);
  });

  it('are made with the feature flags of cdk.json, whoever makes them', () => {
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
      context: Record<string, unknown>;
    };
    const app = appWithoutBundles();
    for (const [name, value] of Object.entries(context))
      expect(app.node.tryGetContext(name)).toEqual(value);
    expect(context['@aws-cdk/core:defaultCrossStackReferences']).toBe('strong');
  });
});
