import * as z from 'zod';
import { InvariantError } from '#shared/domain/failure.ts';

const bag = z.record(z.string(), z.unknown());

export const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: bag.optional(), Metadata: bag.optional() }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }),
    )
    .optional(),
});

type Template = z.infer<typeof templateSchema>;

export interface StackTemplate {
  readonly stack: string;
  readonly template: Template;
}

/** One resource of the deployment, with every intrinsic of its properties resolved. */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': '',
};

/**
 * What CloudFormation makes of the templates: every resource with its references replaced by the
 * names things have here.
 */
export function resolveTemplates(stacks: readonly StackTemplate[]): readonly ResolvedResource[] {
  const exports = new Map<string, unknown>();
  const resolvers = stacks.map((stack) => ({ stack, resolve: createResolver(stack, exports) }));
  for (const { stack, resolve } of resolvers) {
    for (const output of Object.values(stack.template.Outputs ?? {})) {
      if (output.Export !== undefined)
        exports.set(String(resolve(output.Export.Name)), resolve(output.Value));
    }
  }
  return resolvers.flatMap(({ stack, resolve }) =>
    Object.entries(stack.template.Resources).map(([logicalId, resource]) => ({
      stack: stack.stack,
      logicalId,
      type: resource.Type,
      properties: resolve(resource.Properties ?? {}),
      metadata: resource.Metadata ?? {},
    })),
  );
}

/**
 * The name a resource is given when the template gives none: as CloudFormation's, without the
 * random part.
 */
export const physicalName = (stack: string, logicalId: string): string => `${stack}-${logicalId}`;

export const arnOf = (stack: string, logicalId: string): string =>
  `arn:local:${physicalName(stack, logicalId)}`;

type Resolve = (value: unknown) => unknown;

function createResolver(
  { stack, template }: StackTemplate,
  exports: ReadonlyMap<string, unknown>,
): Resolve {
  const reference = (logicalId: string): string => {
    const pseudo = PSEUDO[logicalId];
    if (pseudo !== undefined) return pseudo;
    const resource = template.Resources[logicalId];
    if (resource === undefined)
      throw new InvariantError(`${stack}: Ref to ${logicalId}, which the template has not got`);
    return REF_IS_ARN.has(resource.Type) ? arnOf(stack, logicalId) : physicalName(stack, logicalId);
  };
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (
      entries.length === 1 &&
      only !== undefined &&
      (only[0] === 'Ref' || only[0].startsWith('Fn::'))
    )
      return intrinsic(only[0], only[1]);
    return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]));
  };
  const intrinsic = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(String(argument));
      case 'Fn::GetAtt':
        return attribute(stack, listOf(argument).map(String));
      case 'Fn::Join': {
        const [separator, parts] = listOf(argument);
        return listOf(resolve(parts)).join(String(separator));
      }
      case 'Fn::Sub':
        return String(argument).replaceAll(/\$\{([^}]+)\}/g, (_, id: string) => reference(id));
      case 'Fn::ImportValue': {
        const exported = exports.get(String(resolve(argument)));
        if (exported === undefined)
          throw new InvariantError(`${stack}: nothing exports ${String(resolve(argument))}`);
        return exported;
      }
      default:
        throw new InvariantError(`${stack}: the local cloud does not know the intrinsic ${name}`);
    }
  };
  return resolve;
}

/** Types whose Ref is an ARN. */
const REF_IS_ARN: ReadonlySet<string> = new Set(['AWS::SecretsManager::Secret', 'AWS::SNS::Topic']);

function attribute(stack: string, [logicalId = '', name = '']: readonly string[]): string {
  if (name === 'Arn') return arnOf(stack, logicalId);
  if (name === 'Name' || name === 'QueueName') return physicalName(stack, logicalId);
  throw new InvariantError(
    `${stack}: the local cloud does not know the attribute ${logicalId}.${name}`,
  );
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value))
    throw new InvariantError(`expected a list, got ${JSON.stringify(value)}`);
  return value;
}
