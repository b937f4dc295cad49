import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { done, failed, InvariantError, type Outcome } from '../../domain/failure.ts';
import { venueOf } from '../../domain/venue/market-id.ts';
import type { DomainEvent } from '../../domain/domain-event.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import { EVENT_SOURCE, eventDetails } from '../../schema/events.ts';
import { problemsOf } from '../../schema/parameters/problems.ts';

/** How often one event is offered to a bus that answers but refuses it. */
const MAX_PUTS = 3;
/** Attempts and limits of one request, within which the SDK retries by itself. */
const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 2000;

export interface EventBusOptions {
  /** Without one, a client with region, endpoint and credentials from the SDK's default chain. */
  readonly client?: EventBridgeClient;
  readonly busName: string;
}

/**
 * Domain events on an EventBridge bus. An event can arrive twice: who retries does not know what
 * was taken.
 */
export function createEventBus({ client = createClient(), busName }: EventBusOptions): EventBus {
  return {
    async put(event) {
      const what = `${event.type} for ${event.market}`;
      const command = new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: EVENT_SOURCE,
            DetailType: event.type,
            Detail: detailOf(event),
          },
        ],
      });
      let refusal = '';
      for (let puts = 0; puts < MAX_PUTS; puts += 1) {
        const answer = await attempted(() => client.send(command));
        if (!answer.ok)
          throw new Error(`${what}: bus ${busName} was not reached: ${answer.failure}`);
        if ((answer.value.FailedEntryCount ?? 0) === 0) return;
        refusal = refusalOf(answer.value.Entries);
      }
      throw new Error(`${what}: bus ${busName} refused it ${MAX_PUTS} times: ${refusal}`);
    },
  };
}

const createClient = (): EventBridgeClient =>
  new EventBridgeClient({
    maxAttempts: MAX_ATTEMPTS,
    // Without throwOnRequestTimeout the SDK only logs a warning and waits on.
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });

/**
 * @throws InvariantError when the event is not what its schema says: a listener could not read it.
 */
function detailOf(event: DomainEvent): string {
  const { type, ...figures } = event;
  const parsed = eventDetails[type].safeParse({ ...figures, venue: venueOf(event.market) });
  if (!parsed.success)
    throw new InvariantError(`${type} for ${event.market}: not put: ${problemsOf(parsed.error)}`);
  return JSON.stringify(parsed.data);
}

const refusalOf = (entries: readonly PutEventsResultEntry[] | undefined): string => {
  const entry = entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
  return entry === undefined
    ? 'no error code given'
    : `${entry.ErrorCode}: ${entry.ErrorMessage ?? 'no message'}`;
};

/** The SDK's errors hold requests and answers: only name and message go on. */
async function attempted<T>(call: () => Promise<T>): Promise<Outcome<T, string>> {
  try {
    return done(await call());
  } catch (error) {
    return failed(error instanceof Error ? `${error.name}: ${error.message}` : 'request failed');
  }
}
