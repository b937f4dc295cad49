import type { Context } from 'hono';
import { done, failed, type Outcome } from '#shared/domain/failure.ts';
import { parseJsonText } from '#shared/schema/json-text.ts';
import { refused, type Reply } from './reply.ts';
import type { Input, Route } from './route.ts';

/**
 * The fields of a request. A DELETE takes them from its body or, since proxies drop such bodies,
 * from its query; a POST only from its body, which a query must not stand beside. The failure is
 * the answer to a body that is too large or no JSON object, and to a field that is there twice.
 */
export async function readInput(
  context: Context,
  method: Route['method'],
): Promise<Outcome<Input, Reply>> {
  const query = queryOf(context);
  if (!query.ok) return query;
  const path = context.req.param();
  if (method === 'GET') return merged(query.value, path);
  const written = await bodyText(context.req.raw);
  if (!written.ok) return written;
  if (method === 'DELETE' && written.value.trim() === '') return merged(query.value, path);
  const body = fieldsOf(written.value);
  return body.ok ? merged(query.value, body.value, path) : body;
}

function queryOf(context: Context): Outcome<Input, Reply> {
  const fields: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    const [value, other] = values;
    if (other !== undefined) return failed(twice(name));
    fields[name] = value;
  }
  return done(fields);
}

/** What stands in two places must say the same in both. */
function merged(...parts: readonly Input[]): Outcome<Input, Reply> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (fields.has(name) && fields.get(name) !== value) return failed(twice(name));
    fields.set(name, value);
  }
  return done(Object.fromEntries(fields));
}

const twice = (name: string): Reply =>
  refused(400, 'INVALID_REQUEST', `${name.slice(0, 40)} is given twice; allowed: once`);

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

/** No field of the vendor's holds more than a number or a text. */
const MAX_DEPTH = 8;

function fieldsOf(written: string): Outcome<Input, Reply> {
  const json = parseJsonText(written, MAX_DEPTH);
  if (!json.ok) return failed(notAnObject(json.failure));
  if (!isObject(json.value)) return failed(notAnObject('is not a JSON object'));
  return done(
    Object.fromEntries(
      Object.entries<unknown>({ ...json.value }).filter(([, value]) => value !== null),
    ),
  );
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notAnObject = (problem: string): Reply =>
  refused(400, 'INVALID_JSON', `the body ${problem}; allowed: one JSON object`);
