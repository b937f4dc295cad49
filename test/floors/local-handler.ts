import type { Context } from 'aws-lambda';
import type { Clock } from '#shared/ports/clock.ts';

/** A function for tests of the local Lambda runtime: does what its event says. */
export function createHandler(
  environment: Readonly<Record<string, string>>,
  { clock }: { readonly clock: Clock },
) {
  let calls = 0;
  return async (
    event: { readonly failTimes?: number; readonly sleepMs?: number },
    context: Context,
  ): Promise<unknown> => {
    calls += 1;
    console.log(JSON.stringify({ level: 'INFO', message: 'called', calls }));
    if (calls <= (event.failTimes ?? 0)) throw new Error(`failure ${calls}`);
    if (event.sleepMs !== undefined) await clock.sleep(event.sleepMs);
    return { name: environment['NAME'], remainingMs: context.getRemainingTimeInMillis() };
  };
}
