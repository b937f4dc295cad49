import { defineConfig, type OxlintOverride } from 'oxlint';

/** The architecture (ARCHITECTURE.md, direction table): what each folder of shared/ may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  strategy: ['domain'],
  accounting: ['domain'],
  simulator: ['domain'],
  ports: ['domain'],
  cycles: ['domain', 'strategy', 'accounting', 'ports'],
  schema: ['domain'],
  adapters: ['domain', 'ports', 'schema'],
  wiring: ['domain', 'strategy', 'accounting', 'ports', 'cycles', 'schema', 'adapters'],
};

/** Folders that must stay pure: no I/O, no clock, no global randomness. */
const core = ['domain', 'strategy', 'accounting', 'simulator', 'ports', 'cycles'];
const adapters = ['purple-flea', 'dynamodb', 'eventbridge', 'cloudwatch', 'secrets', 'system', 'tape-file', 'simulated'];

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

const ban = (files: string[], patterns: Ban[]): OxlintOverride => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

const folderRules = Object.entries(mayImport).map(([folder, allowed]) => {
  const forbidden = Object.keys(mayImport).filter((other) => other !== folder && !allowed.includes(other));
  const bans: Ban[] = [
    { group: forbidden.flatMap(inside), message: `shared/${folder} may import only: ${allowed.join(', ') || 'nothing'}` },
    outsideShared,
  ];
  return ban([`shared/${folder}/**`], core.includes(folder) ? [...bans, io] : bans);
});

/** An adapter sees its own inside, never another's. */
const adapterRules = adapters.map((adapter) => {
  const others = adapters.filter((other) => other !== adapter);
  const allowed = ['adapters', ...(mayImport['adapters'] ?? []), ...(adapter === 'simulated' ? ['simulator'] : [])];
  const forbidden = Object.keys(mayImport).filter((other) => !allowed.includes(other));
  return ban(
    [`shared/adapters/${adapter}/**`],
    [
      {
        group: [...others.map((other) => `../${other}/**`), ...others.map((other) => `#shared/adapters/${other}/**`)],
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
          ...['adapters', 'strategy', 'accounting', 'simulator'].flatMap(inside),
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
        group: ['purple-flea', 'dynamodb', 'eventbridge', 'cloudwatch', 'secrets'].flatMap((adapter) => inside(`adapters/${adapter}`)),
        message: 'the command line reaches the cloud through the handlers and the wiring',
      },
    ],
  ),
  ban(
    ['infra/**'],
    [
      {
        group: ['domain', 'strategy', 'accounting', 'simulator', 'ports', 'cycles', 'adapters', 'wiring']
          .flatMap(inside)
          .concat('**/functions/**'),
        message: 'infra knows only the schemas; handlers are named by path',
      },
    ],
  ),
];

const restrictedGlobals = [
  'Date',
  'performance',
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'crypto',
  'structuredClone',
].map((name) => ({ name, message: 'the core gets time, randomness and I/O as arguments' }));

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['node_modules', 'cdk.out', 'coverage', 'reports', '.stryker-tmp'],
  rules: {
    complexity: ['error', 12],
    'typescript/consistent-return': 'off',
    'consistent-return': 'off',
    'typescript/unbound-method': 'off',
    'typescript/no-unsafe-unary-minus': 'off',
    'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    'no-console': 'error',
    'no-param-reassign': 'error',
    'no-shadow': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'error',
    'oxc/no-barrel-file': ['error', { threshold: 0 }],
    'node/no-process-env': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-type-assertion': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unnecessary-condition': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-readonly': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/explicit-module-boundary-types': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'no-await-in-loop': 'off',
  },
  overrides: [
    ...folderRules,
    ...adapterRules,
    ...outerRules,
    {
      files: core.map((folder) => `shared/${folder}/**`),
      rules: {
        'no-restricted-globals': ['error', ...restrictedGlobals],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'a seeded generator comes in' }],
      },
    },
    // The places that mint a type from something checked: units, approved commands, the brain's own memory, parameters read from their table.
    {
      files: [
        'shared/domain/units.ts',
        'shared/strategy/review-commands.ts',
        'shared/strategy/brain-memory.ts',
        'shared/schema/parameters.ts',
      ],
      rules: { 'typescript/no-unsafe-type-assertion': 'off' },
    },
    {
      files: ['test/**'],
      rules: {
        'max-lines-per-function': 'off',
        'import/no-named-as-default-member': 'off',
        // fast-check's mapped types need assertions that the rule takes for idle.
        'typescript/no-unnecessary-type-assertion': 'off',
        'vitest/no-conditional-expect': 'off',
        'max-lines': ['error', { max: 400 }],
        'typescript/no-non-null-assertion': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
      },
    },
    { files: ['functions/**/handler.ts', 'functions/cli/**', 'infra/app.ts', 'test/**'], rules: { 'node/no-process-env': 'off' } },
    {
      files: ['functions/cli/**', 'test/bench/**', 'test/requirements/print-table.ts', 'test/support/local-handler.ts'],
      rules: { 'no-console': 'off' },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
