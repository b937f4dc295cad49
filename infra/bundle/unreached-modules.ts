/**
 * A module that others import and that nothing of ours comes to, in Lambda and with our settings.
 */
export interface UnreachedModule {
  /** Its path under node_modules. */
  readonly path: string;
  /**
   * What a bundle has in its place. `leftOut` throws, naming the module and why nothing should have
   * come to it.
   */
  readonly code: string;
}

type CodeByPath = Readonly<Record<string, string>>;

const unreached = (because: string, modules: CodeByPath): readonly UnreachedModule[] =>
  Object.entries(modules).map(([path, code]) => ({
    path,
    code: `function leftOut() { throw new Error(${JSON.stringify(`${path} is left out of this bundle: ${because}`)}); }\n${code}`,
  }));

const DEFAULT = 'export default leftOut;';

/** What axios has for other ways of sending than that of purple-flea/http-client.ts. */
const axios: readonly UnreachedModule[] = [
  ...unreached('requests have maxRedirects: 0', {
    'follow-redirects/index.js':
      'export default { http: { request: leftOut }, https: { request: leftOut } };',
  }),
  ...unreached('requests have proxy: false', {
    'axios/lib/helpers/shouldBypassProxy.js': DEFAULT,
    'https-proxy-agent/dist/index.js': DEFAULT,
    'proxy-from-env/index.js': 'export { leftOut as getProxyForUrl };',
  }),
  ...unreached("requests have adapter: 'http'", {
    'axios/lib/adapters/fetch.js': 'export { leftOut as getFetch };',
    // What the module itself says where there is no XMLHttpRequest.
    'axios/lib/adapters/xhr.js': 'export default false;',
  }),
  ...unreached('bodies are JSON, and queries are in the URL', {
    'axios/lib/helpers/formDataToJSON.js': DEFAULT,
    'axios/lib/helpers/formDataToStream.js': DEFAULT,
    'axios/lib/helpers/readBlob.js': DEFAULT,
    'axios/lib/helpers/toFormData.js': DEFAULT,
    'axios/lib/helpers/toURLEncodedForm.js': DEFAULT,
    'form-data/lib/form_data.js': DEFAULT,
  }),
  ...unreached('a base URL is https or http', {
    'axios/lib/helpers/estimateDataURLDecodedBytes.js':
      'export { leftOut as estimateDataURLBufferAllocation };',
    'axios/lib/helpers/fromDataURI.js': DEFAULT,
  }),
  ...unreached('no request has a progress listener or a rate', {
    'axios/lib/helpers/AxiosTransformStream.js': DEFAULT,
    'axios/lib/helpers/progressEventReducer.js':
      'export { leftOut as asyncDecorator, leftOut as progressEventDecorator, leftOut as progressEventReducer };',
  }),
  ...unreached('requests are HTTP/1.1', {
    'axios/lib/helpers/Http2Sessions.js': 'export default class { getSession = leftOut; }',
  }),
  ...unreached('requests are cancelled by signal', {
    'axios/lib/cancel/CancelToken.js': DEFAULT,
  }),
];

/** What the SDK has for other places than Lambda, other services and other settings. */
const sdk: readonly UnreachedModule[] = [
  // The first source of the module's own chain, and where Lambda puts the credentials of the role.
  ...unreached('credentials are in the environment', {
    '@aws-sdk/credential-provider-node/dist-es/index.js':
      "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  }),
  // What it answers outside EC2; the SDK then says that the region is missing.
  ...unreached('the region is in the environment', {
    '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js':
      'export const getInstanceMetadataRegion = async () => undefined;',
  }),
  ...unreached('Node has a SHA-256 of its own', {
    '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js':
      'export { leftOut as Sha256Js };',
  }),
  ...unreached('AWS_RETRY_MODE is left at standard', {
    '@smithy/core/dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy.js':
      'export { leftOut as AdaptiveRetryStrategy };',
  }),
  ...unreached('no call has an event stream', {
    '@smithy/signature-v4/dist-es/HeaderFormatter.js':
      'export class HeaderFormatter { format = leftOut; }',
  }),
  ...unreached('no call of ours discovers endpoints', {
    '@aws-sdk/endpoint-cache/dist-es/index.js':
      'export class EndpointCache { get = leftOut; getEndpoint = leftOut; set = leftOut; delete = leftOut; }',
  }),
  // Signs for one region as the module does; for all regions it would need a package that is not
  // installed.
  ...unreached('no event bus is global', {
    '@aws-sdk/signature-v4-multi-region/dist-es/index.js': `import { SignatureV4 } from '@smithy/signature-v4';
export class SignatureV4MultiRegion extends SignatureV4 {
  static sigv4aDependency() { return 'none'; }
  async sign(request, options = {}) { return options.signingRegion === '*' ? leftOut() : super.sign(request, options); }
}`,
  }),
];

export const unreachedModules: readonly UnreachedModule[] = [...axios, ...sdk];
