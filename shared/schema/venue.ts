import * as z from 'zod/mini';

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

export const venueName = z.enum(['purple-flea']);
export type VenueName = z.infer<typeof venueName>;

/** https, or plain http on loopback only: a key must not cross a network in the clear. */
export const venueBaseUrl = z.string().check(
  z.refine(isSafeUrl, {
    error: 'must be an https URL, or http on loopback, without user, query or fragment',
  }),
);

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}
