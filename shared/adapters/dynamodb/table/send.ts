import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { done, failed, type Outcome } from '../../../domain/failure.ts';

/** A conditional write; undefined when its condition was false. @throws as `sent`. */
export async function unlessRefused<T extends object>(
  where: string,
  write: () => Promise<T>,
): Promise<T | undefined> {
  return await sent(where, async () => {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  });
}

/**
 * The SDK's errors hold requests and answers: only their name, code and message go on. @throws
 * Error naming `where`.
 */
export async function sent<T>(where: string, call: () => Promise<T>): Promise<T> {
  const outcome = await attempted(call);
  if (!outcome.ok) throw new Error(`${where}: ${outcome.failure}`);
  return outcome.value;
}

async function attempted<T>(call: () => Promise<T>): Promise<Outcome<T, string>> {
  try {
    return done(await call());
  } catch (error) {
    return failed(describe(error));
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}: ${error.message}`;
}
