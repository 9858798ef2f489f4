// A player on an item's page. Loaded when there is one; the stream itself when someone is about to play it.
import { csrfToken } from "../shell/csrf.js";
import { Controls } from "./controls.js";
import { Growth, offered } from "./growth.js";
import { meaningOf } from "./keys.js";
import { recall, remember } from "./preferences.js";
import { askForPlayback, attach, Refused } from "./source.js";
import { startPosition } from "./time.js";

class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector("video");
    this.controls = new Controls(root, this.video);
    const { volume, muted, rate } = recall();
    Object.assign(this.video, { volume, muted, defaultPlaybackRate: rate, playbackRate: rate });
    this.stream = null;
    this.listen();
    if (root.dataset.growing) this.grow(root.dataset.growing);
  }

  /** The item's stream is still being encoded: more comes while it plays. */
  grow(topic) {
    this.controls.growing = true;
    this.growth = new Growth(topic, {
      changed: () => this.renew(),
      ended: () => {
        this.controls.growing = false;
        this.controls.showPosition();
      },
    });
  }

  /** Goes on with what is offered now, if that is more than what was opened. One look at a time. */
  async renew() {
    if (!this.stream || this.failed || this.renewing) return;
    this.renewing = true;
    try {
      const { master_url: url } = await askForPlayback(this.root.dataset.playback, csrfToken());
      const variants = await offered(url);
      const isMore = url !== this.url || variants.length > this.variants.length;
      if (!variants.length || !isMore || this.gone) return;
      Object.assign(this, { url, variants });
      await this.stream.renew(url);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    } finally {
      this.renewing = false;
    }
  }

  listen() {
    const { root, video, controls } = this;
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("pointerover", () => this.prepare(), { once: true });
    for (const type of ["volumechange", "ratechange"]) video.addEventListener(type, () => remember(video));
    video.addEventListener("error", () => this.fail("This browser could not play the stream. Please try again."));
    controls.parts.seek.addEventListener("input", (event) => {
      controls.dragging = true;
      controls.showPosition();
      event.stopPropagation();
    });
    controls.parts.seek.addEventListener("change", ({ target }) => {
      controls.dragging = false;
      this.prepare().then(() => controls.seek(Number(target.value) / 1000));
    });
    controls.parts.volume.addEventListener("input", ({ target }) => {
      Object.assign(video, { volume: Number(target.value) / 100, muted: false });
    });
    root.addEventListener("jump", ({ detail }) => this.jump(detail));
    document.addEventListener("keydown", this.onKey);
  }

  onClick(event) {
    const verb = event.target.closest("[data-do]")?.dataset.do;
    if (verb) this.act({ verb });
    else if (event.target.closest("video, .player-cover")) this.act({ verb: "toggle" });
  }

  onKey = (event) => {
    const meaning = meaningOf(event);
    if (!meaning || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.controls.stir();
    this.act(meaning);
  };

  async act({ verb, value }) {
    if (verb === "toggle") await this.toggle();
    else if (verb === "retry") await this.retry();
    else {
      if (verb === "skip" || verb === "fraction") await this.prepare();
      await this.controls[verb](value);
    }
  }

  /** Opens the stream once; whoever calls again while it opens waits for the same opening. */
  prepare() {
    this.opening ??= this.open();
    return this.opening;
  }

  async open() {
    try {
      const playback = await askForPlayback(this.root.dataset.playback, csrfToken());
      const durationMs = this.controls.knownDuration * 1000;
      const start = startPosition({ query: location.search, resumeMs: playback.resume_ms, durationMs });
      this.url = playback.master_url;
      this.variants = this.controls.growing ? await offered(this.url) : [];
      this.stream = await attach(this.video, playback, {
        start,
        library: this.root.dataset.hls,
        onTrouble: (sentence) => this.fail(sentence),
        onGone: () => this.retry(),
      });
      if (this.gone) this.stream.detach();
    } catch (error) {
      this.fail(error instanceof Refused ? error.message : "The player could not be loaded. Reload the page.");
    }
  }

  async toggle() {
    if (!this.video.paused) return this.video.pause();
    this.root.dataset.busy = "true";
    await this.prepare();
    if (this.failed) return undefined;
    return this.video.play().catch((error) => {
      this.root.dataset.busy = "false";
      if (error.name !== "AbortError" && error.name !== "NotAllowedError")
        this.fail("The stream did not start. Please try again.");
    });
  }

  /** Goes to a moment that something else on the page names, and plays on from there. */
  async jump(seconds) {
    await this.prepare();
    if (this.failed) return;
    this.controls.seek(seconds);
    if (this.video.paused) await this.toggle();
  }

  fail(sentence) {
    if (this.gone) return;
    this.failed = true;
    this.video.pause();
    this.controls.trouble(sentence);
  }

  async retry() {
    const position = this.video.currentTime;
    this.stream?.detach();
    this.stream = null;
    this.failed = false;
    this.opening = undefined;
    this.controls.trouble("");
    await this.prepare();
    if (position) this.controls.seek(position);
    await this.toggle();
  }

  end() {
    this.gone = true;
    document.removeEventListener("keydown", this.onKey);
    this.growth?.end();
    this.controls.end();
    this.stream?.detach();
  }
}

const mounted = new Map();

/** Brings every player on the page to life, and ends those whose element has gone. */
export function mountPlayers() {
  for (const [root, player] of mounted) {
    if (root.isConnected) continue;
    player.end();
    mounted.delete(root);
  }
  for (const root of document.querySelectorAll("[data-player]")) {
    if (!mounted.has(root)) mounted.set(root, new Player(root));
  }
}
