import { failed, type VenueOutcome } from '../../../domain/failure.ts';
import { nameOf, type RequestLine } from './reply.ts';
import { unreadable } from '../wire.ts';

/** What is read of an axios error, which also holds the key, the headers and the body. */
export interface TransportError {
  readonly code?: string | undefined;
  readonly message: string;
  readonly cause?: unknown;
}

export interface TransportFailure {
  readonly outcome: VenueOutcome<never>;
  /** The connection broke under the request. */
  readonly broken: boolean;
}

/**
 * A request that got no whole answer, told by where it failed. Nothing of the error itself but its
 * code is passed on.
 */
export function transportFailure(
  error: TransportError,
  line: RequestLine,
  limits: { timeoutMs: number; maxBytes: number },
): TransportFailure {
  if (error.code === 'ERR_CANCELED')
    return noAnswer(line, `no answer within ${limits.timeoutMs} ms`, false);
  if (wasNeverSent(error)) return { outcome: unreachable(line, codeOf(error)), broken: false };
  if (error.code === 'ERR_BAD_RESPONSE' && error.message.startsWith('maxContentLength'))
    return tooLarge(line, limits.maxBytes);
  return noAnswer(line, `the connection broke (${codeOf(error)})`, BROKEN.has(codeOf(error)));
}

/** ERR_BAD_RESPONSE: the connection closed in the middle of the body. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE']);
const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

const wasNeverSent = (error: TransportError): boolean =>
  NEVER_SENT.has(codeOf(error)) || syscallOf(error.cause) === 'connect';

const syscallOf = (cause: unknown): unknown =>
  cause instanceof Error && 'syscall' in cause ? cause.syscall : undefined;

const codeOf = (error: TransportError): string =>
  /^[A-Z][A-Z0-9_]{1,60}$/.test(error.code ?? '') ? (error.code ?? '') : 'unknown cause';

const unreachable = (line: RequestLine, code: string): VenueOutcome<never> =>
  failed({
    kind: 'rejected',
    code: 'unreachable',
    reason: `${nameOf(line)}: no connection to the venue (${code})`,
  });

const noAnswer = (line: RequestLine, what: string, broken: boolean): TransportFailure => ({
  outcome: failed({ kind: 'outcome-unknown', detail: `${nameOf(line)}: ${what}` }),
  broken,
});

function tooLarge(line: RequestLine, maxBytes: number): TransportFailure {
  const what = `the answer is larger than ${maxBytes} bytes`;
  return line.kind === 'read'
    ? { outcome: unreadable(`${nameOf(line)}: ${what}`), broken: false }
    : noAnswer(line, what, false);
}
