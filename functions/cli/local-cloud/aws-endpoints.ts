import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { InvariantError } from '#shared/domain/failure.ts';

/** One event as somebody put it on a bus. */
export interface PutEvent {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

export interface AwsEndpointsOptions {
  readonly putEvent: (event: PutEvent) => void;
  /** Undefined: the secret has no value. */
  readonly secretValue: (secretId: string) => string | undefined;
}

export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The calls of EventBridge and Secrets Manager that functions make, over HTTP in their own
 * protocol, so that the same SDK clients make them.
 */
export async function serveAwsEndpoints(options: AwsEndpointsOptions): Promise<LocalServer> {
  const server = createServer((request, response) => void answer(options, request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string')
    throw new InvariantError('a server on loopback has a port');
  return address.port;
}

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        EventBusName: z.string(),
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
      }),
    )
    .max(10),
});
const getSecret = z.object({ SecretId: z.string() });

async function answer(
  options: AwsEndpointsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body: unknown = JSON.parse(await textOf(request));
  const { status, reply } = replyTo(options, String(request.headers['x-amz-target']), body);
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    .end(JSON.stringify(reply));
}

interface Reply {
  readonly status: number;
  readonly reply: unknown;
}

function replyTo(
  { putEvent, secretValue }: AwsEndpointsOptions,
  target: string,
  body: unknown,
): Reply {
  switch (target) {
    case 'AWSEvents.PutEvents': {
      const { Entries } = putEvents.parse(body);
      for (const entry of Entries) {
        const detail: unknown = JSON.parse(entry.Detail);
        putEvent({
          bus: entry.EventBusName,
          source: entry.Source,
          detailType: entry.DetailType,
          detail,
        });
      }
      return {
        status: 200,
        reply: {
          FailedEntryCount: 0,
          Entries: Entries.map((_, index) => ({ EventId: `event-${index}` })),
        },
      };
    }
    case 'secretsmanager.GetSecretValue': {
      const { SecretId } = getSecret.parse(body);
      const value = secretValue(SecretId);
      if (value === undefined)
        return {
          status: 400,
          reply: { __type: 'ResourceNotFoundException', Message: 'the secret has no value' },
        };
      return { status: 200, reply: { ARN: SecretId, SecretString: value } };
    }
    default:
      return {
        status: 400,
        reply: {
          __type: 'UnknownOperationException',
          Message: `the local cloud does not serve ${target}`,
        },
      };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += String(part);
  return text;
}
