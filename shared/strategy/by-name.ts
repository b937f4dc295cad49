/** The names of a record, as its type has them. */
export function namesOf<T extends object>(record: T): readonly (keyof T & string)[] {
  const isName = (name: string): name is keyof T & string => Object.hasOwn(record, name);
  return Object.keys(record).filter(isName);
}

/** A record made name by name; `names` are all that it has. */
export function byName<T extends object>(
  names: readonly (keyof T)[],
  valueOf: <N extends keyof T>(name: N) => T[N],
): T;
// Each name gets its value here, which only a type that is made in steps can follow.
export function byName<T extends object>(
  names: readonly (keyof T)[],
  valueOf: <N extends keyof T>(name: N) => T[N],
): Partial<T> {
  const made: Partial<T> = {};
  for (const name of names) made[name] = valueOf(name);
  return made;
}
