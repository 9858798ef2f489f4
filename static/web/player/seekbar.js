// The sliders that show and change the position: what is loaded, chapters, and what lies under the pointer.
import { chapterAt } from "./item.js";
import { pictureAt, readStoryboard } from "./storyboard.js";
import { clock, spoken } from "./time.js";
import { Waveform } from "./waveform.js";

/** Until where it is loaded without a gap from the position on, in seconds. */
export function loadedUntil(buffered, position) {
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) <= position + 0.1 && position <= buffered.end(i)) return buffered.end(i);
  }
  return position;
}

export class Seekbar {
  constructor(parts, engine) {
    Object.assign(this, { parts, engine, dragging: null, story: null });
    this.sliders = [parts.seek, parts["mini-seek"]];
    this.wave = new Waveform(parts.wave);
    const { video } = engine;
    for (const type of ["timeupdate", "progress", "durationchange", "seeked", "emptied"]) {
      video.addEventListener(type, () => this.show());
    }
    for (const slider of this.sliders) this.#listen(slider);
    const box = parts["seek-box"];
    box.addEventListener("pointermove", (event) => this.#hover(event));
    box.addEventListener("pointerleave", () => this.#rest());
  }

  #listen(slider) {
    slider.addEventListener("input", () => {
      this.dragging = Number(slider.value) / 1000;
      this.show();
    });
    slider.addEventListener("change", async () => {
      const wanted = Number(slider.value) / 1000;
      this.dragging = null;
      await this.engine.opening;
      this.engine.seek(wanted);
    });
  }

  showItem(item) {
    this.chapters = item.chapters;
    this.story = null;
    this.storyAddress = null;
    this.wave.clear();
    this.#rest();
    this.showTicks();
    this.show();
  }

  showPlayback({ storyboard_url: storyboard, peaks_url: peaks }, item) {
    this.storyAddress = storyboard;
    if (item.sound_only && peaks) this.wave.load(peaks);
  }

  showTicks() {
    const total = this.engine.duration;
    this.ticksFor = total;
    const ticks = total ? this.chapters.filter(({ start_ms: start }) => start > 0 && start / 1000 < total) : [];
    this.parts.ticks.replaceChildren(
      ...ticks.map(({ start_ms: start }) => {
        const tick = document.createElement("span");
        tick.style.setProperty("--at", `${start / 10 / total}%`);
        return tick;
      }),
    );
  }

  show() {
    const { engine, parts } = this;
    const total = engine.duration;
    const now = this.dragging ?? engine.video.currentTime;
    if (total !== this.ticksFor && this.chapters) this.showTicks();
    const percent = (seconds) => (total ? `${Math.min(100, (seconds / total) * 100)}%` : "0%");
    for (const slider of this.sliders) {
      slider.max = String(Math.round(total * 1000));
      if (this.dragging === null || document.activeElement !== slider) slider.value = String(Math.round(now * 1000));
      slider.setAttribute("aria-valuetext", `${spoken(now)} of ${spoken(total)}`);
      slider.style.setProperty("--played", percent(now));
      slider.style.setProperty("--loaded", percent(loadedUntil(engine.video.buffered, now)));
    }
    this.wave.show(total ? now / total : 0);
    const chapter = this.chapters?.[chapterAt(this.chapters, now)];
    parts["chapter-now"].textContent = chapter?.title ?? "";
  }

  #hover({ clientX }) {
    const { hover } = this.parts;
    const { left, width } = this.parts["seek-box"].getBoundingClientRect();
    const total = this.engine.duration;
    if (!total || !width) return;
    const part = Math.min(1, Math.max(0, (clientX - left) / width));
    const seconds = part * total;
    hover.hidden = false;
    this.parts["hover-time"].textContent = clock(seconds);
    this.parts["hover-chapter"].textContent = this.chapters[chapterAt(this.chapters, seconds)]?.title ?? "";
    this.#showPicture(seconds);
    const half = hover.offsetWidth / 2;
    hover.style.setProperty("--at", `${Math.min(width - half, Math.max(half, part * width))}px`);
    this.wave.hover(part);
  }

  async #showPicture(seconds) {
    const { thumb } = this.parts;
    const address = this.storyAddress;
    if (!address) {
      thumb.hidden = true;
      return;
    }
    this.story ??= readStoryboard(address);
    const picture = pictureAt(await this.story, seconds);
    thumb.hidden = !picture || address !== this.storyAddress;
    if (thumb.hidden) return;
    thumb.style.backgroundImage = `url("${picture.url}")`;
    thumb.style.backgroundPosition = `${-picture.x}px ${-picture.y}px`;
    thumb.style.width = `${picture.w}px`;
    thumb.style.height = `${picture.h}px`;
  }

  #rest() {
    this.parts.hover.hidden = true;
    this.wave.hover(null);
  }
}
