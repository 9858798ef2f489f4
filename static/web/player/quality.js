// Which rung is played: "auto", "saver" (automatic, but no more than SAVER_LINES), or a height.
const SAVER_LINES = 480;

/** The heights that there are, each once, from the largest. */
export function pickable(levels) {
  return [...new Set(levels.map(({ height }) => height).filter(Boolean))].sort((a, b) => b - a);
}

/** The highest rung of at most so many lines, else the lowest one with a picture, else the first. */
function atMost(levels, lines) {
  const seen = levels.map(({ height }, index) => ({ height, index })).filter(({ height }) => height);
  const fitting = seen.filter(({ height }) => height <= lines);
  const order = (a, b) => a.height - b.height || a.index - b.index;
  return (fitting.sort(order).at(-1) ?? seen.sort(order)[0])?.index ?? 0;
}

/** `{level, cap}` as hls.js counts them: -1 is "choose yourself", and "no cap". */
export function levelFor(levels, quality) {
  if (!levels.length || quality === "auto") return { level: -1, cap: -1 };
  if (quality === "saver") return { level: -1, cap: atMost(levels, SAVER_LINES) };
  const lines = Number(quality);
  return lines ? { level: atMost(levels, lines), cap: -1 } : { level: -1, cap: -1 };
}
