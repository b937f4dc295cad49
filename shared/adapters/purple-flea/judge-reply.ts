import { done, failed, type VenueFailure, type VenueOutcome } from '../../domain/failure.ts';
import type { EpochMs } from '../../domain/units.ts';
import { retryAfterMs } from './rate-limit.ts';
import { nameOf, type Reply } from './reply.ts';
import { isRecord, oneLine, unreadable } from './wire.ts';

const REQUEST_TIMEOUT = 408;

/**
 * The body of an answer that says yes, or what the answer means. Undefined is an empty body. A
 * server error to a write is no answer: the write may have taken effect before the server failed.
 */
export function bodyOf(reply: Reply, now: EpochMs): VenueOutcome<unknown> {
  const { line, status } = reply;
  const body = parsedJson(reply.text);
  const json = body === NOT_JSON ? undefined : body;
  if (status === 429)
    return failed({ kind: 'rate-limited', retryAfterMs: retryAfterMs(reply.headers, json, now) });
  if (status >= 500 || (line.kind === 'write' && status === REQUEST_TIMEOUT))
    return failed({
      kind: 'outcome-unknown',
      detail: `${nameOf(line)}: the venue answered ${status}`,
    });
  if (status < 200 || status >= 300 || saysNo(json)) return failed(refusal(reply, json));
  if (body !== NOT_JSON) return done(json);
  return line.kind === 'read'
    ? unreadable(`${nameOf(line)}: the answer is not JSON`)
    : unknownAnswer(reply);
}

/** A write was answered, but not in a way that tells what came of it. */
export const unknownAnswer = (reply: Reply): VenueOutcome<never> =>
  failed({
    kind: 'outcome-unknown',
    detail: `${nameOf(reply.line)}: the answer (HTTP ${reply.status}) is unreadable`,
  });

/**
 * The order a cancel names is not there any more, which is what was wanted. Only where the venue
 * says so of the order: a page of a proxy, or the server's own word (with a pointer to its
 * `openapi`) that it knows no such route, is a cancel that did not happen.
 */
export function saysAlreadyGone(reply: Reply): boolean {
  if (reply.status !== 404 && reply.status !== 409) return false;
  const body = parsedJson(reply.text);
  return (
    isRecord(body) &&
    body['openapi'] === undefined &&
    (oneLine(body['error']) ?? oneLine(body['error_code'])) !== undefined
  );
}

const NOT_JSON = Symbol('not JSON');

function parsedJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return NOT_JSON;
  }
}

const saysNo = (body: unknown): boolean => isRecord(body) && body['success'] === false;

/** Both error shapes: `{success, error: text, error_code}` and `{error: snake_code, message?}`. */
function refusal(reply: Reply, body: unknown): VenueFailure {
  const said = isRecord(body) ? body : {};
  const error = oneLine(said['error']);
  const code =
    oneLine(said['error_code']) ??
    (error !== undefined && /^[\w.-]{1,64}$/.test(error) ? error : `http-${reply.status}`);
  const reason = oneLine(said['message']) ?? error ?? 'no reason given';
  return {
    kind: 'rejected',
    code,
    reason: `${nameOf(reply.line)} answered ${reply.status}: ${reason}`,
  };
}
