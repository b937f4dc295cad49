import type { Activity } from '../../../shared/simulation/virtual-clock.ts';

export interface CapturedLine {
  /** Of the function, as in the template. */
  readonly source: string;
  readonly atMs: number;
  readonly line: Readonly<Record<string, unknown>>;
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/**
 * What Lambda does with a function's console: every line written inside an activity goes to its
 * log, parsed if it is JSON; everything else goes where it went before. Returns what ends the
 * capture: an activity may outlive its run, and what it writes then is nobody's to read.
 */
export function captureConsole(
  current: () => Activity | undefined,
  now: () => number,
  onLine: (line: CapturedLine) => void,
): () => void {
  let hear: typeof onLine | undefined = onLine;
  for (const method of METHODS) {
    const original = console[method];
    console[method] = (...parts: unknown[]) => {
      const activity = current();
      if (activity === undefined) original.apply(console, parts);
      else hear?.({ source: activity.name, atMs: now(), line: parsed(method, parts) });
    };
  }
  return () => {
    hear = undefined;
  };
}

function parsed(level: string, parts: readonly unknown[]): Readonly<Record<string, unknown>> {
  const text = parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' ');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not every line is JSON; it is kept as it is.
  }
  return { level, message: text };
}
