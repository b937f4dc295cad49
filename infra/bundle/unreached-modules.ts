/**
 * A module that others import and that nothing of ours comes to, in Lambda and with our settings.
 */
export interface UnreachedModule {
  /** Its path under node_modules. */
  readonly path: string;
  /**
   * What a bundle has in its place.
   */
  readonly code: string;
}

/**
 * The three that pay: the first and the last made a bundle of 832 kB one of 532 kB, which loads in
 * 53 ms instead of 69; the proxies take 7 kB. The next 20 largest would save 71 kB together, and
 * each may break with any release.
 */
export const unreachedModules: readonly UnreachedModule[] = [
  {
    path: 'form-data/lib/form_data.js',
    code: `export default function leftOut() { throw new Error('form-data/lib/form_data.js is left out of this bundle: bodies are JSON'); }`,
  },
  {
    path: 'https-proxy-agent/dist/index.js',
    code: `export default function leftOut() { throw new Error('https-proxy-agent/dist/index.js is left out of this bundle: no proxy is asked'); }`,
  },
  // The first source of the module's own chain, and where Lambda puts the credentials of the role.
  {
    path: '@aws-sdk/credential-provider-node/dist-es/index.js',
    code: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
];
