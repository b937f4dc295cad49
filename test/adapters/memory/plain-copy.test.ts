import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainCopy } from '#shared/adapters/memory/plain-copy.ts';

const plainData = fc.anything({ withDate: false, withNullPrototype: false });

/** Every list and object in it. */
function partsOf(value: unknown, parts = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null) return parts;
  parts.add(value);
  for (const inner of Object.values(value)) partsOf(inner, parts);
  return parts;
}

describe('a copy of plain data', () => {
  it('is what structuredClone makes of it', () => {
    fc.assert(
      fc.property(plainData, (data) => {
        expect(plainCopy(data)).toStrictEqual(structuredClone(data));
      }),
    );
  });

  it('shares nothing with it', () => {
    fc.assert(
      fc.property(plainData, (data) => {
        const copies = partsOf(plainCopy(data));
        expect([...partsOf(data)].filter((part) => copies.has(part))).toEqual([]);
      }),
    );
  });

  it.each([[{ act: () => 1 }], [[() => 1]], [() => 1]])('refuses a function in it', (data) => {
    expect(() => plainCopy(data)).toThrow('could not be cloned');
  });

  it('copies what is more than plain data too', () => {
    const data = { at: new Date(5), held: new Map([['a', { b: 1 }]]) };
    expect(plainCopy(data)).toEqual(data);
    expect(plainCopy(data).held.get('a')).not.toBe(data.held.get('a'));
  });
});
