import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from '#shared/schema/json-text.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('JSON that people wrote', () => {
  it.each([
    ['{"a":1,"a":2}', 'names "a" twice; allowed: once'],
    ['{"BTC-PERP":{"mode":"off"},"BTC-PERP":{}}', 'names "BTC-PERP" twice; allowed: once'],
    [
      '{"BTC-PERP":{"mode":"off", "x":[{}], "mode" : 1}}',
      'names "mode" twice in "BTC-PERP"; allowed: once',
    ],
    ['{"mode":1,"m\\u006fde":2}', 'names "m\\u006fde" twice; allowed: once'],
    ['[{"a":1},{"b":2,"b":3}]', 'names "b" twice; allowed: once'],
    ['{"__proto__":1,"__proto__":1}', 'names "__proto__" twice; allowed: once'],
    [
      `{"${'k'.repeat(100_000)}":1,"${'k'.repeat(100_000)}":1}`,
      `names "${'k'.repeat(59)}..." twice; allowed: once`,
    ],
    [nested(5), 'is nested too deeply; allowed: at most 4 levels'],
    [nested(100_000), 'is nested too deeply; allowed: at most 4 levels'],
    [
      '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000),
      'is nested too deeply; allowed: at most 4 levels',
    ],
  ])('%#: what is refused says why', (text, problem) => {
    expect(parseJsonText(text, 4)).toEqual({ ok: false, failure: problem });
  });

  it.each(['', '{', '{"a":1,}', '[1', '"a', '\u0000'])('%j is not JSON', (text) => {
    const parsed = parseJsonText(text, 4);
    expect(parsed.ok ? '' : parsed.failure).toMatch(/^is not JSON: /);
  });

  it('of any value without repeated keys reads as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
        const value: unknown = JSON.parse(text);
        expect(parseJsonText(text, 50)).toEqual({ ok: true, value });
      }),
    );
  });

  it('of an object in which any key is written once more is refused, wherever it stands', () => {
    const rich = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(rich, fc.nat(), fc.jsonValue(), fc.boolean(), (object, pick, value, inside) => {
        const keys = Object.keys(object);
        const key = keys[pick % keys.length]!;
        const doubled = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(value)}}`;
        const text = inside ? `{"items":[1,${doubled}]}` : doubled;
        expect(JSON.parse(text)).toBeDefined();
        expect(parseJsonText(text, 50).ok).toBe(false);
      }),
    );
  });
});
