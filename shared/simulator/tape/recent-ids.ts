/**
 * A venue repeats its latest trades when a recorder connects again, tens to some thousands of them;
 * nothing repeats one from hours before. So this many are remembered, and up to twice as many,
 * however long the tape is.
 */
const REMEMBERED = 2 ** 15;

/** Says of each id whether it was among the latest, and remembers it. */
export function recentIds(remembered = REMEMBERED): (id: string) => boolean {
  let newer = new Set<string>();
  let older = new Set<string>();
  return (id) => {
    if (newer.has(id) || older.has(id)) return true;
    if (newer.size === remembered) {
      older = newer;
      newer = new Set();
    }
    newer.add(id);
    return false;
  };
}
