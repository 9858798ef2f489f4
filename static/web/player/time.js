// Times as people read and write them.

/** 62 → "1:02", 3723 → "1:02:03". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** For screen readers: 62 → "1 minute 2 seconds". */
export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const parts = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ].filter(([n, unit]) => n || (unit === "second" && whole < 60));
  return parts.map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`).join(" ");
}

/** The `t` of a link: "90", "90s", "1m30s", "1h2m3s" → seconds; null for anything else. */
export function parseTime(text) {
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text ?? "");
  if (!text || !found) return null;
  const [, h = 0, m = 0, s = 0] = found;
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** Where to begin: the link's time, else where the person stopped unless that was the end, else the beginning. */
export function startPosition({ query, resumeMs, durationMs }) {
  const linked = parseTime(new URLSearchParams(query).get("t"));
  if (linked !== null) return durationMs ? Math.min(linked, durationMs / 1000) : linked;
  if (!resumeMs || (durationMs && resumeMs >= durationMs * 0.95)) return 0;
  return resumeMs / 1000;
}

/** Seconds as links carry them: 3723 → "1h2m3s", 90 → "1m30s". */
export function linkTime(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor(whole / 60) % 60, "m"],
    [whole % 60, "s"],
  ];
  return (
    parts
      .filter(([n]) => n)
      .map(([n, unit]) => `${n}${unit}`)
      .join("") || "0s"
  );
}
