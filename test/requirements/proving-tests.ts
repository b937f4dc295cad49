import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A test that names rows, in the parentheses that end its title or that of a describe around it.
 */
export interface ProvingTest {
  /** Below test/. */
  readonly file: string;
  /** With those of the describes around it, without the rows. */
  readonly title: string;
  readonly rows: readonly string[];
}

/**
 * Every test below test/ that names a row, but for those of this folder: their texts are made up.
 */
export function findProvingTests(): readonly ProvingTest[] {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter(
      (file) =>
        file.endsWith('.ts') &&
        !file.includes('node_modules/') &&
        !file.startsWith('requirements/'),
    );
  return files
    .sort()
    .flatMap((file) => provingTestsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** The formatter begins a line with each call, and indents it by the describes around it. */
const CALL = /^( *)(describe|it|test)((?:\.\w+)*)(?:<[\s\S]*?>)?\(/gm;
const TEXT = String.raw`\s*(['"\`])((?:\\.|(?!\1)[^\\])*)\1`;
const TITLE = new RegExp(`^${TEXT}`);
/** Of `it.each(...)('title', ...)` and its like. */
const SECOND_TITLE = new RegExp(String.raw`\)\(${TEXT}`);

interface Scope {
  readonly indent: number;
  readonly titles: readonly string[];
  readonly rows: readonly string[];
}

export function provingTestsIn(file: string, text: string): readonly ProvingTest[] {
  const calls = [...text.matchAll(CALL)];
  const found: ProvingTest[] = [];
  let scopes: readonly Scope[] = [];
  for (const [index, call] of calls.entries()) {
    const [whole, { length: indent } = '', what, modifiers = ''] = call;
    if (/\.(?:skip|todo)\b/.test(modifiers)) continue;
    const args = text.slice(call.index + whole.length, calls[index + 1]?.index);
    const title = (
      (/\.(?:each|for|runIf|skipIf)$/.test(modifiers) ? SECOND_TITLE : TITLE).exec(args)?.[2] ?? ''
    ).replaceAll(/\\(.)/g, '$1');
    scopes = scopes.filter((scope) => scope.indent < indent);
    const { titles, rows } = scopes.at(-1) ?? { titles: [], rows: [] };
    const here: Scope = {
      indent,
      titles: [...titles, withoutRows(title)],
      rows: [...new Set([...rows, ...rowsIn(title)])],
    };
    if (what === 'describe') scopes = [...scopes, here];
    else if (here.rows.length > 0)
      found.push({ file, title: here.titles.join(' › '), rows: here.rows });
  }
  return found;
}

/**
 * Parentheses that begin like a row hold nothing but rows, so that a slip in one is not taken for
 * prose.
 */
const ROWS_AT_END = /\s*\(([A-Z]\d[^()]*)\)$/;
const rowsIn = (title: string): readonly string[] =>
  ROWS_AT_END.exec(title)?.[1]?.split(', ') ?? [];
const withoutRows = (title: string): string => title.replace(ROWS_AT_END, '');
