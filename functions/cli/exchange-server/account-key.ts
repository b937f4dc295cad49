/** What a bearer key must look like: a live key never opens an account here. */
export const KEY_PATTERN = 'pf_test_[A-Za-z0-9_-]{1,64}';

const BEARER = new RegExp(`^Bearer +(${KEY_PATTERN})$`, 'i');
const KEY = new RegExp(`^${KEY_PATTERN}$`);

/**
 * The key of an `Authorization` header, each an account of its own; undefined where there is none
 * that is allowed.
 */
export function accountKeyOf(authorization: string | undefined): string | undefined {
  const key = BEARER.exec(authorization?.trim() ?? '')?.[1];
  return key !== undefined && KEY.test(key) ? key : undefined;
}
