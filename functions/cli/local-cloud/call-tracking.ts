import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { VirtualClock } from '../../../shared/simulation/virtual-clock.ts';

/** Names the activity a call belongs to, so that whoever serves it can wait on its behalf. */
const ACTIVITY_HEADER = 'x-quotemill-activity';
const REQUEST_CREATED = 'http.client.request.created';

/**
 * Counts every HTTP call that an activity makes, from its creation until its connection is free
 * again: while one is under way, time stands still. `onCall` hears whose it is and where it goes.
 * Returns what ends the counting.
 */
export function trackCalls(
  clock: VirtualClock,
  onCall: (activity: string, host: string) => void = () => undefined,
): () => void {
  const onCreated = (message: unknown): void => {
    const activity = clock.current();
    const request = requestOf(message);
    if (activity === undefined || request === undefined) return;
    activity.calls += 1;
    onCall(activity.name, String(request.getHeader('host')));
    request.setHeader(ACTIVITY_HEADER, activity.id);
    request.once('close', () => {
      activity.calls -= 1;
    });
  };
  subscribe(REQUEST_CREATED, onCreated);
  return () => void unsubscribe(REQUEST_CREATED, onCreated);
}

function requestOf(message: unknown): ClientRequest | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  return isRequest(message.request) ? message.request : undefined;
}

const isRequest = (candidate: unknown): candidate is ClientRequest =>
  typeof candidate === 'object' &&
  candidate !== null &&
  'setHeader' in candidate &&
  'once' in candidate;
