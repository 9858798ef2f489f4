// The keyboard: what a key means to the player, as `{verb, value}`, or null.

const PLAIN = {
  " ": { verb: "toggle" },
  k: { verb: "toggle" },
  j: { verb: "skip", value: -10 },
  l: { verb: "skip", value: 10 },
  ArrowLeft: { verb: "skip", value: -5 },
  ArrowRight: { verb: "skip", value: 5 },
  ArrowUp: { verb: "louder", value: 0.05 },
  ArrowDown: { verb: "louder", value: -0.05 },
  m: { verb: "mute" },
  f: { verb: "fullscreen" },
};

/** `target` says where the key was pressed: typing, buttons under Space and sliders under arrows keep their own keys. */
export function meaningOf({ key, ctrlKey, metaKey, altKey, target }) {
  if (ctrlKey || metaKey || altKey) return null;
  const tag = target?.tagName;
  const slider = tag === "INPUT" && target.type === "range";
  if (target?.isContentEditable || tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !slider)) return null;
  if (key === " " && (tag === "BUTTON" || tag === "A" || tag === "SUMMARY")) return null;
  if (slider && key.startsWith("Arrow")) return null;
  if (/^[0-9]$/.test(key)) return { verb: "fraction", value: Number(key) / 10 };
  return PLAIN[key.length === 1 ? key.toLowerCase() : key] ?? null;
}
