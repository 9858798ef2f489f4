// The keyboard: what a key means to the player, as `{verb, value}`, or null; and the same as a list for people.

const skip = (value) => ({ verb: "skip", value });

/** What the `?` dialog lists. `keys` are as `KeyboardEvent.key` says them; `says` is what they do. */
export const KEYS = [
  { keys: [" ", "k"], means: { verb: "toggle" }, says: "Play or pause" },
  { keys: ["j"], means: skip(-10), says: "10 seconds back" },
  { keys: ["l"], means: skip(10), says: "10 seconds forward" },
  { keys: ["ArrowLeft"], means: skip(-5), says: "5 seconds back" },
  { keys: ["ArrowRight"], means: skip(5), says: "5 seconds forward" },
  { keys: ["ArrowUp"], means: { verb: "louder", value: 0.05 }, says: "Louder" },
  { keys: ["ArrowDown"], means: { verb: "louder", value: -0.05 }, says: "Quieter" },
  { keys: ["m"], means: { verb: "mute" }, says: "Sound off or on" },
  { keys: [">"], means: { verb: "faster", value: 0.25 }, says: "Faster" },
  { keys: ["<"], means: { verb: "faster", value: -0.25 }, says: "Slower" },
  { keys: ["c"], means: { verb: "captions" }, says: "Subtitles off or on" },
  { keys: ["n"], means: { verb: "chapter", value: 1 }, says: "Next chapter" },
  { keys: ["p"], means: { verb: "chapter", value: -1 }, says: "Chapter before" },
  { keys: ["i"], means: { verb: "pip" }, says: "Picture in picture" },
  { keys: ["f"], means: { verb: "fullscreen" }, says: "Full screen" },
  { keys: ["?"], means: { verb: "help" }, says: "This list" },
];
const MEANINGS = new Map(KEYS.flatMap(({ keys, means }) => keys.map((key) => [key, means])));
const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
// Keys that pages need themselves: they are the player's only where it stands on the page or has the focus.
const PAGES_OWN = new Set([" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

/** A key as it is written on keyboards: `k` → K, space → Space. */
export function keyName(key) {
  return NAMES[key] ?? key.toUpperCase();
}

/**
 * `target` says where the key was pressed: typing, buttons under Space and sliders under arrows keep their own keys.
 * `modest`: the player is only a bar at the edge of the page.
 */
export function meaningOf({ key, ctrlKey, metaKey, altKey, target }, { modest = false } = {}) {
  if (ctrlKey || metaKey || altKey) return null;
  const tag = target?.tagName;
  const slider = tag === "INPUT" && target.type === "range";
  if (target?.isContentEditable || tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !slider)) return null;
  if (key === " " && (tag === "BUTTON" || tag === "A" || tag === "SUMMARY")) return null;
  if (slider && key.startsWith("Arrow")) return null;
  if (modest && (PAGES_OWN.has(key) || /^[0-9]$/.test(key))) return null;
  if (/^[0-9]$/.test(key)) return { verb: "fraction", value: Number(key) / 10 };
  return MEANINGS.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}
