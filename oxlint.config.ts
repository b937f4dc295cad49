import { defineConfig } from 'oxlint';
import { core, directionRules } from './oxlint.direction.ts';

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

const restrictedProperties = [
  { object: 'Math', property: 'random', message: 'a seeded generator comes in' },
];

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
    'max-lines': ['error', { max: 270, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
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
    ...directionRules,
    {
      files: core.map((folder) => `shared/${folder}/**`),
      rules: {
        'no-restricted-globals': ['error', ...restrictedGlobals],
        'no-restricted-properties': ['error', ...restrictedProperties],
      },
    },
    // The calendar is arithmetic, not a clock: `Date.UTC(...)` and `new Date(ms)` read no time.
    {
      files: ['shared/domain/time.ts'],
      rules: {
        'no-restricted-globals': [
          'error',
          ...restrictedGlobals.filter(({ name }) => name !== 'Date'),
        ],
        'no-restricted-properties': [
          'error',
          ...restrictedProperties,
          { object: 'Date', property: 'now', message: 'the core gets time as an argument' },
        ],
      },
    },
    // The places that mint a type from something checked: units, approved commands, the brain's own
    // memory, parameters read from their table.
    {
      files: [
        'shared/domain/units.ts',
        'shared/orders/review-commands.ts',
        'shared/strategy/brain-memory.ts',
        'shared/schema/parameters/parameters.ts',
      ],
      rules: { 'typescript/no-unsafe-type-assertion': 'off' },
    },
    // One table of all parameters, one line each and what it does.
    {
      files: ['shared/domain/parameters/parameters.ts'],
      rules: { 'max-lines': ['error', { max: 420 }] },
    },
    {
      files: ['test/**'],
      rules: {
        'max-lines-per-function': 'off',
        'import/no-named-as-default-member': 'off',
        // fast-check's mapped types need assertions that the rule takes for idle.
        'typescript/no-unnecessary-type-assertion': 'off',
        'vitest/no-conditional-expect': 'off',
        'max-lines': ['error', { max: 560 }],
        'typescript/no-non-null-assertion': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
      },
    },
    {
      files: ['functions/**/handler.ts', 'functions/cli/**', 'infra/app.ts', 'test/**'],
      rules: { 'node/no-process-env': 'off' },
    },
    {
      files: [
        'functions/cli/**',
        'test/bench/**',
        'test/requirements/print-table.ts',
        'test/floors/local-handler.ts',
      ],
      rules: { 'no-console': 'off' },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
