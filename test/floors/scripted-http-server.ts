import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A text body is sent as it is, anything else as JSON. */
interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type ScriptedReply =
  | ScriptedAnswer
  /** The connection is closed before a word is said. */
  | 'reset'
  /** The connection is closed in the middle of the body. */
  | 'break-off'
  /** Nothing, ever. */
  | 'silence'
  /** Headers and then a space every few milliseconds: never idle, never done. */
  | 'trickle';

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

type Script = ScriptedReply | ((request: SeenRequest) => ScriptedReply | Promise<ScriptedReply>);

export interface ScriptedServer {
  readonly url: string;
  /** In the order they arrived. */
  readonly requests: readonly SeenRequest[];
  readonly connections: () => number;
  /**
   * `GET /v1/orders`; with several replies the last one repeats. A route without script answers
   * 501.
   */
  on(route: string, ...replies: readonly [Script, ...Script[]]): void;
  /** How often a route was asked. */
  count(route: string): number;
  close(): Promise<void>;
}

/**
 * An HTTP server on a free loopback port that says what it is told and remembers what it was asked.
 */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Script[]>();
  const requests: SeenRequest[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => void serve(incoming, response));
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await seen(incoming);
    requests.push(request);
    const script = scripts.get(routeOf(request));
    const next =
      (script !== undefined && script.length > 1 ? script.shift() : script?.[0]) ?? UNSCRIPTED;
    reply(response, typeof next === 'function' ? await next(request) : next);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    on: (route, ...replies) => void scripts.set(route, [...replies]),
    count: (route) => requests.filter((request) => routeOf(request) === route).length,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const UNSCRIPTED: ScriptedAnswer = { status: 501, body: { error: 'unscripted' } };

const routeOf = (request: SeenRequest): string => `${request.method} ${request.path}`;

async function seen(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

function reply(response: ServerResponse, scripted: ScriptedReply): void {
  switch (scripted) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'break-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"half": ', () => response.socket?.destroy());
      return;
    case 'silence':
      return;
    case 'trickle': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => {
        clearInterval(drip);
      });
      return;
    }
    default:
      response.writeHead(scripted.status ?? 200, {
        'content-type': 'application/json',
        ...scripted.headers,
      });
      response.end(
        typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body),
      );
  }
}
