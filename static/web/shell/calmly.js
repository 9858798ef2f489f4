/** Calls `action` at once, then at most every `pause` milliseconds, and once more after the last call. */
export function calmly(action, pause) {
  let resting = false;
  let again = false;
  const run = () => {
    if (resting) {
      again = true;
      return;
    }
    resting = true;
    action();
    setTimeout(() => {
      resting = false;
      if (again) {
        again = false;
        run();
      }
    }, pause);
  };
  return run;
}
