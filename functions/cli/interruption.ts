const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Until the returned function is called, whoever interrupts the run ends it at once: everything of
 * it lives in this process. The exit code is the one that shells give to the signal.
 */
export function endOnInterrupt(printError: (line: string) => void): () => void {
  const listeners = Object.entries(CODES).map(([signal, code]) => {
    const listener = (): void => {
      // Ends the progress bar, which listens for the exit.
      process.once('exit', () => printError(`quotemill: interrupted (${signal})`));
      process.exit(code);
    };
    process.once(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) process.removeListener(signal, listener);
  };
}
