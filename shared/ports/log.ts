export type LogFields = Readonly<Record<string, unknown>>;

/** One structured line per call. Never given a key, a header or a raw error of a library. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
