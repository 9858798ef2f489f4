// The bar under the picture: a view of the <video>'s state, and verbs that change it.
import { clock, spoken } from "./time.js";

const SPEEDS = [1, 1.25, 1.5, 1.75, 2, 0.5, 0.75];
const IDLE_MS = 2800;
const READY_MARGIN = 2;

/** The part of 0 to 1 that is loaded without a gap from the position on. */
export function loadedUntil(buffered, position) {
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) <= position + 0.1 && position <= buffered.end(i)) return buffered.end(i);
  }
  return position;
}

export class Controls {
  constructor(root, video) {
    this.root = root;
    this.video = video;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((el) => [el.dataset.part, el]));
    this.knownDuration = Number(root.dataset.duration) / 1000 || 0;
    this.dragging = false;
    this.growing = false;
    for (const type of ["play", "pause", "ended", "seeking", "waiting", "playing", "canplay"]) {
      video.addEventListener(type, () => this.showState());
    }
    for (const type of ["timeupdate", "progress", "durationchange", "seeked"]) {
      video.addEventListener(type, () => this.showPosition());
    }
    for (const type of ["volumechange", "ratechange"]) video.addEventListener(type, () => this.showSettings());
    document.addEventListener("fullscreenchange", this.showFullscreen);
    this.watchIdle();
    this.showSettings();
    this.showPosition();
  }

  /** While a stream grows, its own length is only what there is of it by now. */
  get duration() {
    if (this.growing && this.knownDuration) return this.knownDuration;
    return Number.isFinite(this.video.duration) && this.video.duration > 0 ? this.video.duration : this.knownDuration;
  }

  /** What the keyboard and the buttons ask for; `toggle`, `retry` and the like are the engine's. */
  skip(seconds) {
    this.seek(this.video.currentTime + seconds);
  }

  /** What is not there yet cannot be jumped to: the end of what there is comes nearest. */
  seek(seconds) {
    const { seekable } = this.video;
    const ready = this.growing && seekable.length ? seekable.end(seekable.length - 1) - READY_MARGIN : this.duration;
    this.video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, ready - 0.1));
  }

  fraction(part) {
    this.seek(this.duration * part);
  }

  louder(step) {
    this.video.volume = Math.min(1, Math.max(0, this.video.volume + step));
    this.video.muted = false;
  }

  mute() {
    this.video.muted = !this.video.muted;
  }

  speed() {
    const at = SPEEDS.indexOf(this.video.playbackRate);
    this.video.playbackRate = SPEEDS[(at + 1) % SPEEDS.length];
  }

  async fullscreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else if (this.root.requestFullscreen) await this.root.requestFullscreen();
    else this.video.webkitEnterFullscreen?.(); // iPhones let only the video itself fill the screen
  }

  showState() {
    const playing = !this.video.paused && !this.video.ended;
    this.root.dataset.playing = String(playing);
    if (playing) this.root.dataset.started = "true";
    this.root.dataset.busy = String(playing && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
    this.parts.toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.stir();
  }

  showPosition() {
    const { seek, position, duration } = this.parts;
    const total = this.duration;
    const now = this.video.currentTime;
    const percent = (seconds) => (total ? `${Math.min(100, (seconds / total) * 100)}%` : "0%");
    seek.max = String(Math.round(total * 1000));
    if (!this.dragging) seek.value = String(Math.round(now * 1000));
    seek.setAttribute("aria-valuetext", `${spoken(now)} of ${spoken(total)}`);
    seek.style.setProperty("--played", percent(this.dragging ? Number(seek.value) / 1000 : now));
    seek.style.setProperty("--loaded", percent(loadedUntil(this.video.buffered, now)));
    position.textContent = clock(now);
    duration.textContent = clock(total);
  }

  showSettings() {
    const { mute, volume, speed } = this.parts;
    const silent = this.video.muted || this.video.volume === 0;
    this.root.dataset.muted = String(silent);
    mute.setAttribute("aria-pressed", String(silent));
    const level = silent ? 0 : Math.round(this.video.volume * 100);
    volume.value = String(level);
    volume.setAttribute("aria-valuetext", `${level} percent`);
    volume.style.setProperty("--played", `${level}%`);
    speed.textContent = `${this.video.playbackRate}×`;
    speed.setAttribute("aria-label", `Speed: ${this.video.playbackRate} times`);
  }

  showFullscreen = () => {
    const full = document.fullscreenElement === this.root;
    this.root.dataset.full = String(full);
    this.parts.fullscreen.setAttribute("aria-pressed", String(full));
  };

  trouble(sentence) {
    this.parts["trouble-text"].textContent = sentence;
    this.parts.trouble.hidden = !sentence;
    this.root.dataset.busy = "false";
  }

  /** The bar hides while nothing moves and something plays; anything brings it back. */
  stir = () => {
    clearTimeout(this.rest);
    this.root.dataset.idle = "false";
    if (this.root.dataset.playing !== "true" || this.root.dataset.soundOnly === "true") return;
    this.rest = setTimeout(() => {
      if (!this.root.querySelector(".player-bar :focus-visible")) this.root.dataset.idle = "true";
    }, IDLE_MS);
  };

  watchIdle() {
    for (const type of ["pointermove", "pointerdown", "keydown", "focusin"])
      this.root.addEventListener(type, this.stir);
  }

  end() {
    clearTimeout(this.rest);
    document.removeEventListener("fullscreenchange", this.showFullscreen);
  }
}
