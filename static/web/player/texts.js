// Subtitles and captions: the browser's own tracks, of which at most one is shown. The choice is remembered by language.
import { recall, remember } from "./preferences.js";

/** The index of the track for a remembered language (null: never chosen; "": none), -1 for none. */
export function choice(captions, language) {
  if (language === "") return -1;
  const wanted = captions.findIndex((one) => one.language === language && !one.forced);
  if (language !== null && wanted !== -1) return wanted;
  return captions.findIndex((one) => one.forced || one.default);
}

export class Texts {
  constructor(video) {
    Object.assign(this, { video, captions: [], shown: -1, changed: () => {} });
    video.textTracks.addEventListener("change", () => this.#apply());
  }

  clear() {
    for (const track of this.video.querySelectorAll("track")) track.remove();
    this.captions = [];
    this.shown = -1;
    this.changed();
  }

  load(captions = []) {
    this.clear();
    this.captions = captions;
    for (const { url, label, language, kind } of captions) {
      const track = document.createElement("track");
      Object.assign(track, { kind, label, srclang: language || "und", src: url });
      this.video.append(track);
    }
    this.#show(choice(captions, recall().text));
  }

  /** By a person's hand, so it is remembered; -1 is none. */
  choose(index) {
    remember({ text: this.captions[index]?.language ?? "" });
    this.#show(index);
  }

  toggle() {
    if (this.shown !== -1) this.choose(-1);
    else if (this.captions.length) this.choose(Math.max(0, choice(this.captions, this.last ?? null)));
  }

  #show(index) {
    if (index !== -1) this.last = this.captions[index].language;
    this.shown = index;
    this.#apply();
    this.changed();
  }

  /** Browsers switch tracks on by themselves when a stream begins; what was chosen here holds. */
  #apply() {
    [...this.video.querySelectorAll("track")].forEach(({ track }, i) => {
      const mode = i === this.shown ? "showing" : "disabled";
      if (track.mode !== mode) track.mode = mode;
    });
  }
}
