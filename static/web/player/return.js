// After a full load of a page (signing in, the admin) what played before waits in the bar, where it was.
const KEY = "bandstand.playing";
const SAVE_EVERY_MS = 5000;

export function recallPlaying() {
  try {
    const { item, at, playing } = JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? {};
    return item?.id && item.playback ? { item, at: Number(at) || 0, playing: Boolean(playing) } : null;
  } catch {
    return null;
  }
}

function keep(engine) {
  try {
    const { item, video, started } = engine;
    if (!started || !item) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ item, at: video.currentTime, playing: !video.paused }));
  } catch {
    // Storage is switched off: the bar is empty after a full load.
  }
}

export function keepPlaying(engine) {
  let last = 0;
  engine.video.addEventListener("timeupdate", () => {
    if (Date.now() - last < SAVE_EVERY_MS) return;
    last = Date.now();
    keep(engine);
  });
  engine.addEventListener("item", () => keep(engine));
  addEventListener("pagehide", () => keep(engine));
}
