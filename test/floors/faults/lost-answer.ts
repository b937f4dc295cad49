import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const MAX_ATTEMPTS = 3;

/** The SDK's retrying without its back-off. */
export const retryAtOnce: NonNullable<DynamoDBClientConfig['retryStrategy']> = {
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async (token) => {
    const attempts = token.getRetryCount() + 1;
    if (attempts >= MAX_ATTEMPTS) throw new Error('no attempt left');
    return { getRetryCount: () => attempts, getRetryDelay: () => 0 };
  },
  recordSuccess: () => undefined,
};

/**
 * Each first attempt of a call takes effect in the database, but its answer never arrives: the SDK
 * sends it again.
 */
export function losingFirstAnswers(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const seen = new Set<string>();
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const id = invocationOf(args.request);
      if (seen.has(id)) return answer;
      seen.add(id);
      throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseFirstAnswer' },
  );
  return client;
}

/** The header that is the same for all attempts of one call. */
function invocationOf(request: unknown): string {
  const { headers } = request as { readonly headers: Readonly<Record<string, string>> };
  const id = headers['amz-sdk-invocation-id'];
  if (id === undefined) throw new Error('the SDK no longer names its invocations');
  return id;
}
