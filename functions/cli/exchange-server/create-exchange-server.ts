import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { InputError, InvariantError } from '#shared/domain/failure.ts';
import { createExchangeApp, type ExchangeAppOptions } from './exchange-app.ts';

export interface ExchangeServerOptions extends ExchangeAppOptions {
  /** Undefined or 0: any free one. */
  readonly port?: number | undefined;
}

export interface ExchangeServer {
  /** `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Taken so far. */
  readonly requests: () => number;
  /**
   * Takes no new requests and resolves when those under way are answered, or cut off after a
   * second.
   */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/**
 * Longer than clients keep an idle connection, so that none sends into one that is just being
 * closed.
 */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_WITHIN_MS = 1000;

/**
 * Serves a simulated exchange over HTTP on the loopback address. Resolves when it listens.
 * @throws InputError when the port is taken or not permitted.
 */
export async function createExchangeServer({
  port = 0,
  ...options
}: ExchangeServerOptions): Promise<ExchangeServer> {
  const app = createExchangeApp(options);
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  let requests = 0;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    requests += 1;
    void listener(incoming, outgoing);
  });
  await listening(server, port);
  return {
    url: `http://${HOST}:${portOf(server)}`,
    requests: () => requests,
    close: async () => closed(server),
  };
}

async function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function listenProblem(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new InputError(`port ${port} on ${HOST} is in use; allowed: a free port, or 0 for any`);
  if (code === 'EACCES')
    return new InputError(
      `port ${port} on ${HOST} is not permitted; allowed: a free port from 1024 on, or 0 for any`,
    );
  return error;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new InvariantError('a listening TCP server has no port');
  return address.port;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(cutOff);
}
