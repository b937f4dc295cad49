/**
 * A copy of plain data that shares nothing with it, as `structuredClone` makes one, which takes
 * several times as long for a session: it writes all of it as bytes first. What is no plain data is
 * left to it, or refused by it.
 */
export function plainCopy<T>(value: T): T;
export function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? structuredClone(value) : value;
  if (Array.isArray(value)) return value.map((item) => plainCopy<unknown>(item));
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.hasOwn(value, '__proto__'))
    return structuredClone(value);
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const inner = copy[key];
    if (typeof inner === 'object' || typeof inner === 'function') copy[key] = plainCopy(inner);
  }
  return copy;
}
