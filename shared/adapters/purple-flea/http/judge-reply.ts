import { done, failed, type VenueFailure, type VenueOutcome } from '../../../domain/failure.ts';
import type { EpochMs } from '../../../domain/units.ts';
import { retryAfterMs } from './rate-limit.ts';
import { nameOf, type Reply } from './reply.ts';
import { isRecord, oneLine, unreadable } from '../wire.ts';

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
  if (saysClosed(status, json)) return failed(refusal(reply, json));
  if (status >= 500 || (line.kind === 'write' && status === REQUEST_TIMEOUT))
    return failed({
      kind: 'outcome-unknown',
      detail: `${nameOf(line)}: the venue answered ${status}`,
    });
  if (!saysYes(reply) || saysNo(json)) return failed(refusal(reply, json));
  if (body !== NOT_JSON) return done(json);
  return line.kind === 'read'
    ? unreadable(`${nameOf(line)}: the answer is not JSON`)
    : unknownAnswer(reply);
}

/** A write was answered, but not in a way that tells what came of it. */
export const unknownAnswer = (
  reply: Reply,
): { readonly ok: false; readonly failure: VenueFailure } =>
  failed({
    kind: 'outcome-unknown',
    detail: `${nameOf(reply.line)}: the answer (HTTP ${reply.status}) is unreadable`,
  });

/**
 * How a cancel was answered whose order is not there any more: `filled`, or for another reason.
 * Undefined where the venue does not say so of the order: a page of a proxy, or the server's own
 * word (with a pointer to its `openapi`) that it knows no such route, is a cancel that did not
 * happen.
 */
export function goneBecause({ status, text }: Reply): 'filled' | 'other' | undefined {
  const body = parsedJson(text);
  if ((status !== 404 && status !== 409) || !isRecord(body) || body['openapi'] !== undefined)
    return undefined;
  const word = oneLine(body['error_code']) ?? oneLine(body['error']);
  if (word === undefined) return undefined;
  if (status === 404) return 'other';
  if (/already.?filled/i.test(word)) return 'filled';
  return GONE.test(word) ? 'other' : undefined;
}

const GONE = /already|expired|not.?found/i;

/** By its status alone: a body may still say otherwise. */
export const saysYes = ({ status }: Reply): boolean => status >= 200 && status < 300;

/** Undefined where the answer is empty or not JSON. */
export function jsonIn({ text }: Reply): unknown {
  const body = parsedJson(text);
  return body === NOT_JSON ? undefined : body;
}

/** An answer that carries an error is no yes, whatever its status. */
export const saysError = (body: Readonly<Record<string, unknown>>): boolean =>
  body['success'] === false ||
  ERROR_FIELDS.some((field) => body[field] !== undefined && body[field] !== null);

const ERROR_FIELDS = ['error', 'error_code'] as const;

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

/** DOCS has it as a 503, but it is a plain no: nothing can have taken effect. */
const saysClosed = (status: number, body: unknown): boolean =>
  status === 503 && isRecord(body) && body['error_code'] === 'MARKET_CLOSED';

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
