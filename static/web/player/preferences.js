// What somebody chose, remembered in this browser: volume, speed by kind of thing, quality, languages.
const KEY = "bandstand.player";
const MUSIC = new Set(["track", "clip", "sample"]);
const SPOKEN = new Set(["chapter", "episode"]);
const SLOWEST = 0.5;
const FASTEST = 3;

/** Speeds are remembered apart for music, for what is spoken and for pictures. */
export function family(kind) {
  if (MUSIC.has(kind)) return "music";
  return SPOKEN.has(kind) ? "speech" : "pictures";
}

export function boundedRate(rate) {
  const wanted = Number(rate) || 1;
  return Math.min(FASTEST, Math.max(SLOWEST, Math.round(wanted * 100) / 100));
}

const DEFAULTS = {
  volume: 1,
  muted: false,
  rates: {},
  quality: "auto",
  sound: "",
  text: null,
  remaining: false,
  even: true,
  shortcuts: true,
};

/** Only what has the right shape is taken; whatever else lies in the storage is left alone. */
export function sane(found) {
  const kept = { ...DEFAULTS, rates: {} };
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = found?.[name];
    if (name === "text") kept.text = typeof value === "string" ? value : null;
    else if (name !== "rates" && typeof value === typeof usual) kept[name] = value;
  }
  kept.volume = Math.min(1, Math.max(0, Number(kept.volume) || 0));
  for (const name of ["music", "speech", "pictures"]) {
    if (Number(found?.rates?.[name])) kept.rates[name] = boundedRate(found.rates[name]);
  }
  return kept;
}

export function recall() {
  try {
    return sane(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return sane({});
  }
}

export function remember(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...changes }));
  } catch {
    // Storage is switched off: the next page begins with the usual settings.
  }
}
