/** A request as failures name it: never with its query, headers or body. */
export interface RequestLine {
  /**
   * A read changes nothing at the venue, so it may be repeated; a write may have taken effect even
   * when no answer came.
   */
  readonly kind: 'read' | 'write';
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

/**
 * What came back over HTTP, whatever the status. The text does not hold our key, even where the
 * venue echoed it.
 */
export interface Reply {
  readonly line: RequestLine;
  readonly status: number;
  readonly text: string;
  readonly headers: ReplyHeaders;
}

export interface ReplyHeaders {
  readonly retryAfter: string | undefined;
  readonly rateLimit: string | undefined;
  readonly rateRemaining: string | undefined;
}

export const nameOf = (line: RequestLine): string => `${line.method} ${line.path}`;
