// How long a broken line is waited for: soon at first, then every fifteen seconds, for about ten minutes.
export const RETRY_MS = [500, 1500, 4000, 8000, ...Array(40).fill(15_000)];

/** Whether an answer may be another one in a moment: no answer at all, or a server in trouble. */
export function worthRetrying(status) {
  return !status || status === 429 || status >= 500;
}
