// Volume and speed, remembered in this browser.
const KEY = "bandstand.player";

export function recall() {
  try {
    const { volume = 1, muted = false, rate = 1 } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { volume: Math.min(1, Math.max(0, Number(volume) || 0)), muted: Boolean(muted), rate: Number(rate) || 1 };
  } catch {
    return { volume: 1, muted: false, rate: 1 };
  }
}

export function remember({ volume, muted, playbackRate }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ volume, muted, rate: playbackRate }));
  } catch {
    // Storage is switched off: the next page begins with the usual volume.
  }
}
