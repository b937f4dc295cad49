import { InputError } from '../../../domain/failure.ts';
import { venueBaseUrl } from '../../../schema/venue.ts';

/** A path as the vendor's pages write it, under the host. */
export type VendorPath = `/v1/${string}` | `/api/${string}`;
export type Query = Readonly<Record<string, string | number>>;

/**
 * The base without its closing slashes. @throws InputError when requests must not, or could not, be
 * sent there.
 */
export function checkedBaseUrl(text: string): string {
  const parsed = venueBaseUrl.safeParse(text);
  if (!parsed.success)
    throw new InputError(
      'purple-flea: baseUrl must be an https URL, or http on loopback, without user, query or fragment',
    );
  const base = text.replace(/\/+$/, '');
  if (base.endsWith('/v1'))
    throw new InputError('purple-flea: baseUrl must end before /v1, which the paths bring along');
  return base;
}

/**
 * S0's base ends in /api where the vendor's other pages have it in the path: it is never there
 * twice.
 */
export function urlOf(base: string, path: VendorPath, query: Query = {}): string {
  const route =
    base.endsWith('/api') && path.startsWith('/api/') ? path.slice('/api'.length) : path;
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return search === '' ? base + route : `${base}${route}?${search}`;
}
