import type { OxlintOverride } from 'oxlint';

/**
 * The architecture (ARCHITECTURE.md, direction table): what each folder of shared/ may import
 * besides itself.
 */
const facts = ['domain', 'math'];
const decisions = ['strategy', 'orders', 'accounting', 'hedging', 'funding', 'tuning'];
const pure = [...facts, ...decisions, 'market'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  math: ['domain'],
  ...Object.fromEntries(decisions.map((folder) => [folder, facts])),
  market: [...facts, 'strategy', 'orders', 'accounting', 'hedging'],
  simulator: facts,
  ports: ['domain'],
  schema: ['domain'],
  cycles: [...pure, 'ports'],
  simulation: [...pure, 'ports', 'cycles', 'schema', 'simulator', 'adapters'],
  adapters: [...facts, 'ports', 'schema'],
  wiring: [...pure, 'simulator', 'ports', 'cycles', 'schema', 'adapters'],
};

/** Folders that must stay pure: no I/O, no clock, no global randomness. */
export const core: readonly string[] = [...pure, 'simulator', 'ports', 'cycles'];
const adapters = ['purple-flea', 'dynamodb', 'aws', 'system', 'tape-file', 'simulated', 'memory'];

interface Ban {
  readonly group: string[];
  readonly message: string;
}

const inside = (folder: string): string[] => [`**/${folder}/**`, `#shared/${folder}/**`];
const outsideShared: Ban = {
  group: ['**/functions/**', '**/infra/**', '#infra/**', '#functions/**', '#test/**', '**/test/**'],
  message: 'shared/ never imports functions, infra or tests',
};
const io: Ban = {
  group: [
    'node:*',
    '@aws-sdk/**',
    '@aws-lambda-powertools/**',
    'axios',
    'zod',
    'zod/**',
    'aws-cdk-lib/**',
    'dynalite',
    'hono/**',
    '@hono/**',
  ],
  message: 'the core does no I/O and knows no library',
};

/** Simulations stand on the adapters that are simulations themselves. */
const realAdapters: Ban = {
  group: adapters
    .filter((adapter) => adapter !== 'simulated' && adapter !== 'memory')
    .flatMap((adapter) => inside(`adapters/${adapter}`)),
  message: 'shared/simulation knows only the adapters simulated and memory',
};

const ban = (files: string[], patterns: Ban[]): OxlintOverride => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const folderRules = Object.entries(mayImport).map(([folder, allowed]) => {
  const forbidden = Object.keys(mayImport).filter(
    (other) => other !== folder && !allowed.includes(other),
  );
  const bans: Ban[] = [
    {
      group: forbidden.flatMap(inside),
      message: `shared/${folder} may import only: ${allowed.join(', ') || 'nothing'}`,
    },
    outsideShared,
  ];
  if (folder === 'simulation')
    return ban(
      [`shared/${folder}/**`],
      [...bans, realAdapters, { ...io, group: [...io.group, '!node:async_hooks'] }],
    );
  return ban([`shared/${folder}/**`], core.includes(folder) ? [...bans, io] : bans);
});

/** An adapter sees its own inside, never another's. */
const adapterRules = adapters.map((adapter) => {
  const others = adapters.filter((other) => other !== adapter);
  const allowed = [
    'adapters',
    ...(mayImport['adapters'] ?? []),
    ...(adapter === 'simulated' ? ['simulator'] : []),
  ];
  const forbidden = Object.keys(mayImport).filter((other) => !allowed.includes(other));
  return ban(
    [`shared/adapters/${adapter}/**`],
    [
      {
        group: [
          ...others.map((other) => `../${other}/**`),
          ...others.map((other) => `#shared/adapters/${other}/**`),
        ],
        message: 'an adapter never imports the inside of another',
      },
      {
        group: forbidden.flatMap((folder) => [`../../${folder}/**`, `#shared/${folder}/**`]),
        message: `adapters/${adapter} may import only: ${allowed.join(', ')}`,
      },
      outsideShared,
    ],
  );
});

const outerRules = [
  ban(
    ['functions/requote/**', 'functions/hedge/**', 'functions/funding-check/**'],
    [
      {
        group: [
          ...[...decisions, 'market', 'simulator', 'simulation', 'adapters'].flatMap(inside),
          '**/infra/**',
          '#infra/**',
          '**/cli/**',
          '@aws-sdk/**',
          'axios',
        ],
        message: 'a handler wires a cycle; it knows no adapter',
      },
    ],
  ),
  ban(
    ['functions/cli/**'],
    [
      {
        group: ['purple-flea', 'dynamodb', 'aws'].flatMap((adapter) =>
          inside(`adapters/${adapter}`),
        ),
        message: 'the command line reaches the cloud through the handlers and the wiring',
      },
    ],
  ),
  ban(
    ['infra/**'],
    [
      {
        group: Object.keys(mayImport)
          .filter((folder) => folder !== 'schema')
          .flatMap(inside)
          .concat('**/functions/**'),
        message: 'infra knows only the schemas; handlers are named by path',
      },
    ],
  ),
];

export const directionRules: readonly OxlintOverride[] = [
  ...folderRules,
  ...adapterRules,
  ...outerRules,
];
