import type { Context } from 'hono';
import * as z from 'zod';
import { done, failed, type Outcome } from '#shared/domain/failure.ts';
import { refused, type Reply } from './reply.ts';
import type { Input, Route } from './route.ts';

/**
 * The fields of a request. A DELETE takes them from its body or, since proxies drop such bodies,
 * from its query; a POST only from its body. The failure is the answer to a body that is too large
 * or no JSON object.
 */
export async function readInput(
  context: Context,
  method: Route['method'],
): Promise<Outcome<Input, Reply>> {
  const path = context.req.param();
  const query = context.req.query();
  if (method === 'GET') return done({ ...query, ...path });
  const written = await bodyText(context.req.raw);
  if (!written.ok) return written;
  if (method === 'DELETE' && written.value.trim() === '') return done({ ...query, ...path });
  const body = fieldsOf(written.value);
  if (!body.ok) return body;
  return done({ ...(method === 'DELETE' ? query : {}), ...body.value, ...path });
}

/** The vendor's longest body is a few hundred bytes. */
const MAX_BODY_BYTES = 16_384;

async function bodyText({ body }: Request): Promise<Outcome<string, Reply>> {
  const stream: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        return failed(
          refused(
            413,
            'PAYLOAD_TOO_LARGE',
            `the body is too large; allowed: up to ${MAX_BODY_BYTES} bytes`,
          ),
        );
      }
    }
  } catch {
    return failed(refused(400, 'INVALID_BODY', 'the body broke off; allowed: one JSON object'));
  }
  return done(Buffer.concat(chunks).toString('utf8'));
}

const jsonObject = z.record(z.string(), z.unknown());

function fieldsOf(written: string): Outcome<Input, Reply> {
  const parsed = jsonObject.safeParse(parsedJson(written));
  if (!parsed.success)
    return failed(
      refused(
        400,
        'INVALID_JSON',
        'the body is not JSON as it should be; allowed: one JSON object',
      ),
    );
  return done(
    Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== null)),
  );
}

function parsedJson(written: string): unknown {
  try {
    const parsed: unknown = JSON.parse(written);
    return parsed;
  } catch {
    return undefined;
  }
}
