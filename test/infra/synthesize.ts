import { Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { addStacks } from '#infra/add-stacks.ts';
import { createApp } from '#infra/create-app.ts';
import { parseStage, type StageInput } from '#shared/schema/deployment.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export const aStage = (changes: Partial<StageInput> = {}): StageInput => ({
  name: 'paper',
  venues: { 'purple-flea': { fundingIntervalHours: 8, baseUrl: 'https://venue.example' } },
  markets: [
    { symbol: 'BTC-PERP', venue: 'purple-flea' },
    { symbol: 'ETH-PERP', venue: 'purple-flea' },
  ],
  ...changes,
});

const assemblies = mkdtempSync(join(tmpdir(), 'quotemill-assemblies-'));
afterAll(() => {
  rmSync(assemblies, { recursive: true });
});

/**
 * An app that bundles nothing: most tests ask what is deployed, not what the handlers say. The
 * rules of CloudFormation take a second to load and are checked once, where the whole app runs.
 */
export const appWithoutBundles = (): App =>
  createApp({
    outdir: mkdtempSync(join(assemblies, 'cdk.out-')),
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });

/** The two templates of a stage. */
export function synthesize(stage: StageInput = aStage()): {
  readonly state: Template;
  readonly trading: Template;
} {
  const app = appWithoutBundles();
  const stacks = addStacks(app, parseStage(stage));
  return { state: Template.fromStack(stacks.state), trading: Template.fromStack(stacks.trading) };
}

/** Resources of a type by logical id. */
export const resourcesOf = (template: Template, type: string): Readonly<Record<string, Resource>> =>
  template.findResources(type) as Record<string, Resource>;

/**
 * The one function run by the handler in that folder of functions/ (for the group, if given), with
 * its logical id.
 */
export function functionOf(
  template: Template,
  folder: string,
  group?: string,
): { readonly id: string; readonly resource: Resource } {
  const found = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).filter(
    ([, resource]) =>
      resource.Metadata?.['quotemill:handler'] === `functions/${folder}/handler.ts` &&
      (group === undefined || variablesOf(resource)['GROUP'] === group),
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} functions run ${folder} ${group ?? ''}`);
  return { id: only[0], resource: only[1] };
}

export const variablesOf = (resource: Resource): Readonly<Record<string, unknown>> =>
  (resource.Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

/** Variables as Lambda would hand them over: what CloudFormation fills in is some text. */
export const filledIn = (resource: Resource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variablesOf(resource)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'filled-in',
    ]),
  );

/** The resources of a type that mention a logical id anywhere. */
export const mentioning = (template: Template, type: string, id: string): Resource[] =>
  Object.values(resourcesOf(template, type)).filter((resource) =>
    JSON.stringify(resource).includes(`"${id}"`),
  );

interface Graph {
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[] };
}

/** The widgets of the one dashboard; what CloudFormation fills in is some text. */
export function graphsOf(template: Template): readonly Graph[] {
  const [page] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const body = page?.Properties['DashboardBody'] as { 'Fn::Join': [string, unknown[]] };
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'filled-in'));
  return (JSON.parse(text.join('')) as { widgets: Graph[] }).widgets;
}
