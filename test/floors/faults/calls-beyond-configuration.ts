import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import axios from 'axios';

/**
 * Calls that no function of ours makes, each of which comes to a module left out of bundles: by
 * what it does, how it ended.
 */
export async function handler(): Promise<Readonly<Record<string, string>>> {
  return {
    'follows redirects': await request({ maxRedirects: 5 }),
    'asks the environment for a proxy': await request({ proxy: undefined }),
    'tunnels through a proxy': await request({
      url: 'https://venue.invalid',
      proxy: { host: '127.0.0.1', port: 1 },
    }),
    'uses fetch': await request({ adapter: 'fetch' }),
    'uses XMLHttpRequest': await request({ adapter: 'xhr' }),
    'has parameters': await request({ params: { a: 1 } }),
    'posts a form': await request({ method: 'post', data: new FormData() }),
    'posts a form as JSON': await request({
      method: 'post',
      data: new FormData(),
      headers: { 'Content-Type': 'application/json' },
    }),
    'posts an object as a form': await request({
      method: 'post',
      data: { a: 1 },
      headers: { 'Content-Type': 'multipart/form-data' },
    }),
    'posts a query': await request({
      method: 'post',
      data: {},
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }),
    'posts a blob': await request({ method: 'post', data: new Blob(['a']) }),
    'reads a data URL': await request({ url: 'data:,a' }),
    'reads a data URL of bounded length': await request({ url: 'data:,a', maxContentLength: 1 }),
    'bounds the rate': await request({ method: 'post', data: 'a', maxRate: 1 }),
    'listens to progress': await request({
      method: 'post',
      data: 'a',
      onUploadProgress: () => undefined,
    }),
    'uses HTTP/2': await request({ httpVersion: 2 }),
    'has a cancel token': await ended(() =>
      Promise.resolve(new axios.CancelToken(() => undefined)),
    ),
    'retries adaptively': await ended(() => dynamo({ retryMode: 'adaptive' })),
    'has no credentials': await ended(() => dynamo({ credentials: undefined })),
    'has no region': await ended(() => dynamo({ region: undefined })),
    'puts on a global bus': await ended(() => putGlobally()),
  };
}

const request = async (config: object): Promise<string> =>
  ended(() =>
    axios.request({
      url: 'http://127.0.0.1:1',
      adapter: 'http',
      maxRedirects: 0,
      proxy: false,
      ...config,
    }),
  );

const LOCAL = { endpoint: 'http://127.0.0.1:1', maxAttempts: 1 };
const NOBODY = { accessKeyId: 'none', secretAccessKey: 'none' };

const dynamo = async (config: object): Promise<unknown> =>
  new DynamoDBClient({ ...LOCAL, region: 'us-east-1', credentials: NOBODY, ...config }).send(
    new ListTablesCommand(),
  );

const putGlobally = async (): Promise<unknown> =>
  new EventBridgeClient({ maxAttempts: 1, region: 'us-east-1', credentials: NOBODY }).send(
    new PutEventsCommand({ EndpointId: 'abcde.veo', Entries: [] }),
  );

async function ended(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'well';
  } catch (error) {
    return error instanceof Error ? error.message : 'otherwise';
  }
}
