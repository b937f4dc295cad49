import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { InvariantError } from '#shared/domain/failure.ts';
import { MINUTE_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { Platform } from '#shared/wiring/platform.ts';
import type { LocalFunction } from './template/deployment.ts';
import type { VirtualClock } from '../../../shared/simulation/virtual-clock.ts';

/** One finished attempt to handle an event. */
export interface Invocation {
  readonly functionName: string;
  readonly requestId: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
  readonly outcome:
    | { readonly kind: 'returned'; readonly value: unknown }
    | { readonly kind: 'failed'; readonly error: string };
}

export interface DeadLetter {
  readonly queueArn: string;
  readonly event: unknown;
  readonly why: string;
}

/**
 * Runs the functions of a deployment as Lambda does: one load each, asynchronous invocations with
 * retries, a context, a time limit.
 */
export interface LambdaRuntime {
  /**
   * False when there is no such function. Delivery is asynchronous: the answer comes before the
   * function has run.
   */
  invoke(arn: string, event: unknown, at: EpochMs): boolean;
  readonly invocations: () => readonly Invocation[];
  readonly deadLetters: () => readonly DeadLetter[];
  readonly running: () => number;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');
/** Lambda waits a minute before the first retry and two before the second. */
const RETRY_AFTER_MS = [MINUTE_MS, 2 * MINUTE_MS];

/** Where the functions run: as on AWS, but in simulated time. */
export type LocalPlatform = Platform & { readonly clock: VirtualClock };

export async function createLambdaRuntime(
  functions: readonly LocalFunction[],
  platform: LocalPlatform,
): Promise<LambdaRuntime> {
  const { clock } = platform;
  const handlers = new Map<string, Handler>();
  for (const lambda of functions) handlers.set(lambda.arn, await loadHandler(lambda, platform));
  const invocations: Invocation[] = [];
  const deadLetters: DeadLetter[] = [];
  let requests = 0;
  let running = 0;

  const attempt = async (
    lambda: LocalFunction,
    handler: Handler,
    event: unknown,
  ): Promise<Invocation> => {
    requests += 1;
    running += 1;
    const startedAt = clock.now();
    const requestId = `local-${String(requests).padStart(6, '0')}`;
    const outcome = await outcomeOf(handler(event, contextOf(lambda, requestId, clock, startedAt)));
    running -= 1;
    const ended: Invocation = {
      functionName: lambda.name,
      requestId,
      startedAt,
      endedAt: clock.now(),
      outcome: inTime(lambda, startedAt, clock.now()) ?? outcome,
    };
    invocations.push(ended);
    return ended;
  };
  const handle = async (
    lambda: LocalFunction,
    handler: Handler,
    event: unknown,
    sentAt: EpochMs,
    tries: number,
  ): Promise<void> => {
    const { outcome } = await attempt(lambda, handler, event);
    if (outcome.kind === 'returned') return;
    const retryAt = clock.now() + (RETRY_AFTER_MS[tries] ?? Number.POSITIVE_INFINITY);
    if (tries < lambda.onFailure.attempts && retryAt - sentAt <= lambda.onFailure.maxAgeMs) {
      clock.at(epochMs(retryAt), lambda.name, () =>
        handle(lambda, handler, event, sentAt, tries + 1),
      );
    } else if (lambda.onFailure.queueArn !== undefined) {
      deadLetters.push({ queueArn: lambda.onFailure.queueArn, event, why: outcome.error });
    }
  };
  return {
    invoke(arn, event, at) {
      const lambda = functions.find((candidate) => candidate.arn === arn);
      const handler = handlers.get(arn);
      if (lambda === undefined || handler === undefined) return false;
      clock.at(at, lambda.name, () => handle(lambda, handler, event, at, 0));
      return true;
    },
    invocations: () => invocations,
    deadLetters: () => deadLetters,
    running: () => running,
  };
}

/**
 * The handler's own file, given the environment that the template gives it and the time of this
 * run.
 */
async function loadHandler(
  { entry, environment, name }: LocalFunction,
  platform: LocalPlatform,
): Promise<Handler> {
  const module: unknown = await import(pathToFileURL(join(PROJECT_ROOT, entry)).href);
  if (!hasCreateHandler(module))
    throw new InvariantError(`${entry} of ${name} exports no createHandler`);
  return module.createHandler(environment, platform);
}

interface HandlerModule {
  createHandler(environment: Readonly<Record<string, string>>, platform: Platform): Handler;
}

const hasCreateHandler = (module: unknown): module is HandlerModule =>
  typeof module === 'object' &&
  module !== null &&
  'createHandler' in module &&
  typeof module.createHandler === 'function';

async function outcomeOf(answer: Promise<unknown>): Promise<Invocation['outcome']> {
  try {
    return { kind: 'returned', value: await answer };
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}

/** A function that ran longer than its limit would have been killed. */
function inTime(
  { timeoutMs }: LocalFunction,
  startedAt: EpochMs,
  endedAt: EpochMs,
): Invocation['outcome'] | undefined {
  if (endedAt - startedAt <= timeoutMs) return undefined;
  return { kind: 'failed', error: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` };
}

function contextOf(
  lambda: LocalFunction,
  awsRequestId: string,
  clock: VirtualClock,
  startedAt: EpochMs,
): Context {
  return {
    awsRequestId,
    functionName: lambda.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: lambda.arn,
    memoryLimitInMB: '256',
    logGroupName: lambda.name,
    logStreamName: awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => lambda.timeoutMs - (clock.now() - startedAt),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
