// The buttons and what they show: a view of the engine's state.
import { clock, spoken } from "./time.js";

const IDLE_MS = 2800;

/** All elements with `data-part` below a root, by that name. */
export function partsOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-part]")].map((el) => [el.dataset.part, el]));
}

export class Controls {
  constructor(root, parts, engine, { remaining }) {
    Object.assign(this, { root, parts, engine, remaining });
    const { video } = engine;
    for (const type of ["play", "pause", "ended", "seeking", "waiting", "playing", "canplay", "emptied"]) {
      video.addEventListener(type, () => this.showState());
    }
    for (const type of ["timeupdate", "durationchange", "seeked"]) {
      video.addEventListener(type, () => this.showTime());
    }
    video.addEventListener("ratechange", () => this.showRate());
    engine.loudness.addEventListener("change", () => this.showVolume());
    engine.addEventListener("state", () => this.showState());
    engine.addEventListener("trouble", ({ detail }) => this.trouble(detail));
    engine.addEventListener("weak", ({ detail }) => {
      parts.weak.hidden = !detail;
    });
    document.addEventListener("fullscreenchange", () => this.showFullscreen());
    parts.volume.addEventListener("input", ({ target }) => engine.loudness.choose(Number(target.value) / 100));
    this.#watchIdle();
    this.showVolume();
    this.showRate();
  }

  /** Something else is loaded, or the same is shown again. */
  showItem(item, cover) {
    const { parts, root } = this;
    root.dataset.soundOnly = String(item.sound_only);
    root.setAttribute("aria-label", `Player: ${item.title}`);
    parts.title.textContent = item.title;
    parts.artist.textContent = item.artist;
    parts["mini-title"].textContent = item.title;
    for (const link of [parts["mini-title"], parts.back]) link.href = item.url;
    parts.fullscreen.hidden = item.sound_only;
    parts.pip.hidden = item.sound_only || !document.pictureInPictureEnabled;
    this.#showCover(item, cover);
    this.trouble("");
    parts.weak.hidden = true;
    this.showState();
    this.showTime();
  }

  /** `cover` is the page's own picture of it, if the page has one: it may be a drawn one. */
  #showCover(item, cover) {
    const { art, picture } = this.parts;
    if (cover) art.replaceChildren(cover.cloneNode(true), picture);
    picture.hidden = Boolean(cover) || !item.cover;
    if (!picture.hidden) picture.src = item.cover;
  }

  showState() {
    const { engine, root, parts } = this;
    const { video } = engine;
    const playing = !video.paused && !video.ended;
    root.dataset.playing = String(playing);
    root.dataset.pictures = String(video.currentTime > 0 || video.readyState > 1);
    root.dataset.busy = String(Boolean(engine.pending) || (playing && video.readyState < 3) || video.seeking);
    for (const button of [parts.toggle, parts["mini-toggle"]]) {
      button.setAttribute("aria-label", playing ? "Pause" : "Play");
    }
    this.stir();
  }

  showTime() {
    const { position, duration, time } = this.parts;
    const { video, duration: total } = this.engine;
    const now = video.currentTime;
    position.textContent = clock(now);
    duration.textContent = this.remaining ? `−${clock(Math.max(0, total - now))}` : clock(total);
    time.setAttribute("aria-pressed", String(this.remaining));
    this.parts["mini-line"].textContent = `${clock(now)} / ${clock(total)}`;
    time.title = `${spoken(now)} of ${spoken(total)}`;
  }

  showVolume() {
    const { mute, volume } = this.parts;
    const { loudness } = this.engine;
    const silent = loudness.muted || loudness.volume === 0;
    this.root.dataset.muted = String(silent);
    mute.setAttribute("aria-pressed", String(silent));
    const level = silent ? 0 : Math.round(loudness.volume * 100);
    volume.value = String(level);
    volume.setAttribute("aria-valuetext", `${level} percent`);
    volume.style.setProperty("--played", `${level}%`);
  }

  showRate() {
    const { rate } = this.engine;
    this.parts.rate.textContent = rate === 1 ? "" : `${rate}×`;
  }

  showFullscreen() {
    const full = document.fullscreenElement === this.root;
    this.root.dataset.full = String(full);
    this.parts.fullscreen.setAttribute("aria-pressed", String(full));
  }

  trouble(sentence) {
    this.parts["trouble-text"].textContent = sentence;
    this.parts.trouble.hidden = !sentence;
    if (sentence) this.parts.weak.hidden = true;
    if (sentence) this.root.dataset.busy = "false";
  }

  /** The bar hides while pictures play and nothing moves; anything brings it back. */
  stir = () => {
    const { root } = this;
    clearTimeout(this.rest);
    root.dataset.idle = "false";
    if (root.dataset.playing !== "true" || root.dataset.soundOnly === "true" || root.dataset.mode !== "docked") return;
    this.rest = setTimeout(() => {
      const held = root.querySelector(".player-bar :focus-visible") || root.querySelector(":popover-open");
      if (!held) root.dataset.idle = "true";
    }, IDLE_MS);
  };

  #watchIdle() {
    for (const type of ["pointermove", "pointerdown", "keydown", "focusin"])
      this.root.addEventListener(type, this.stir);
  }
}
