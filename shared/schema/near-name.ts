/** Longer than any name of ours: whoever wrote that did not misspell one. */
const MOST_CHARACTERS = 64;

/** The known name that a misspelt one most likely meant, or undefined when none is near. */
export function nearName(written: string, known: readonly string[]): string | undefined {
  if (written.length > MOST_CHARACTERS) return undefined;
  const lowered = written.toLowerCase();
  const ranked = known
    .map((name) => ({ name, distance: editDistance(lowered, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, Math.floor(written.length / 3))
    ? best.name
    : undefined;
}

/** ` (did you mean "baseSpreadBps"?)`, or nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = nearName(written, known);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

/** Levenshtein distance. Source: V. I. Levenshtein, Soviet Physics Doklady 10 (1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
