import { InvariantError } from '#shared/domain/failure.ts';

/**
 * Whether an event matches a rule's pattern: at every leaf one of the values listed. Other
 * operators of EventBridge are refused.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((allowed) => equals(allowed, event));
  if (typeof pattern !== 'object' || pattern === null)
    throw new InvariantError(`not an event pattern: ${JSON.stringify(pattern)}`);
  if (typeof event !== 'object' || event === null) return false;
  const fields = new Map(Object.entries(event));
  return Object.entries(pattern).every(
    ([name, inner]) => fields.has(name) && matchesPattern(inner, fields.get(name)),
  );
}

function equals(allowed: unknown, value: unknown): boolean {
  if (typeof allowed === 'object')
    throw new InvariantError(
      `the local cloud knows only exact values in event patterns, not ${JSON.stringify(allowed)}`,
    );
  return allowed === value;
}
