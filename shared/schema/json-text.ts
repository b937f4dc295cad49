import { done, failed, type Outcome } from '../domain/failure.ts';

/**
 * JSON that people or strangers wrote. A key that stands twice in an object is refused, since one
 * of the two would be lost without a word, and so is what is nested more than `maxDepth` levels
 * deep, since everything that walks a value later would run out of stack. The failure is what is
 * wrong with the text, to be put after its name.
 */
export function parseJsonText(text: string, maxDepth: number): Outcome<unknown, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failed(`is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const problem = problemIn(text, maxDepth);
  return problem === undefined ? done(value) : failed(problem);
}

interface Level {
  /** The key it stands under, as written between quotes. */
  readonly under: string | undefined;
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
}

const MARK = /["{}[\]]/g;

/** Walks the marks of a text that is known to be JSON. */
function problemIn(text: string, maxDepth: number): string | undefined {
  const levels: Level[] = [];
  let under: string | undefined;
  for (let at = nextMark(text, 0); at !== -1; at = nextMark(text, at + 1)) {
    const mark = text[at];
    if (mark === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) {
        under = text.slice(at, end + 1);
        const level = levels.at(-1);
        if (isRepeated(under, level?.keys)) return repeated(under, level?.under);
      }
      at = end;
    } else if (mark === '{' || mark === '[') {
      levels.push({ under, keys: mark === '{' ? new Set() : undefined });
      if (levels.length > maxDepth)
        return `is nested too deeply; allowed: at most ${maxDepth} levels`;
    } else under = levels.pop()?.under;
  }
  return undefined;
}

function nextMark(text: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.exec(text)?.index ?? -1;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"' || at >= text.length) return at;
  }
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return text[at] === ':';
}

/** Notes the key. The same key may be spelt with escapes: what counts is what it says. */
function isRepeated(quoted: string, keys: Set<string> | undefined): boolean {
  const key = String(JSON.parse(quoted));
  if (keys === undefined || keys.has(key)) return keys !== undefined;
  keys.add(key);
  return false;
}

const MOST_SHOWN = 60;
const shown = (quoted: string): string =>
  quoted.length > MOST_SHOWN ? `${quoted.slice(0, MOST_SHOWN)}..."` : quoted;

const repeated = (key: string, under: string | undefined): string =>
  `names ${shown(key)} twice${under === undefined ? '' : ` in ${shown(under)}`}; allowed: once`;
