import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROOMS = ['functions', 'infra', 'shared'] as const;

/** Every source file of the product, relative to the root. */
export const sourceFiles = (): readonly string[] =>
  ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => join(room, file)),
  ).sort();

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+\.ts)['"]/g;
/** Handlers are named by path, as are the bundles' entries. */
const BY_PATH = /['"]((?:functions|infra|shared)\/[\w./-]+\.ts)['"]/g;

/** The product's files that a file names, by import or by path. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [...text.matchAll(IMPORT)].map(([, specifier = '']) =>
    resolved(file, specifier),
  );
  const paths = [...text.matchAll(BY_PATH)].map(([, path = '']) => path);
  return [...new Set([...specifiers, ...paths])].filter((path) => existsSync(join(ROOT, path)));
}

function resolved(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return normalize(join(dirname(file), specifier));
}

/** What can be reached from these files, themselves included. */
export function reachedFrom(entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...importsOf(file));
  }
  return reached;
}
