// What a page says of the thing that can be played on it (apps/web/playable.py writes it).
//
//   {id, title, url, artist, kind, preview, sound_only, duration_ms, growing, playback, position, tone, cover, artwork,
//    chapters: [{start_ms, title}], gain_db}

export function slotOnPage() {
  return document.querySelector("[data-player-slot]");
}

/** The item of a slot; the same object for the same element. */
const read = new WeakMap();

export function itemOf(slot) {
  if (!slot) return null;
  if (!read.has(slot)) read.set(slot, JSON.parse(slot.querySelector("script[type='application/json']").textContent));
  return read.get(slot);
}

/** The chapter that a moment lies in, as its index; -1 where there is none. */
export function chapterAt(chapters, seconds) {
  return chapters.findLastIndex(({ start_ms: start }) => start / 1000 <= seconds + 0.05);
}
