// The site's one player. Loaded when a page has something to play; from then on it stays, whatever page is shown.
import { Controls, partsOf } from "./controls.js";
import { Dock } from "./dock.js";
import { Engine } from "./engine.js";
import { chapterAt, itemOf, slotOnPage } from "./item.js";
import { meaningOf } from "./keys.js";
import { Panels } from "./panels.js";
import { Positions } from "./positions.js";
import { recall, remember } from "./preferences.js";
import { keepPlaying, recallPlaying } from "./return.js";
import { Seekbar } from "./seekbar.js";
import { playAlone } from "./solo.js";
import { tellSystem } from "./system.js";
import { Texts } from "./texts.js";
import { linkTime } from "./time.js";
import { Transcript } from "./transcript.js";

const CHAPTER_AGAIN_S = 3;

function say(text) {
  dispatchEvent(new CustomEvent("bandstand:toast", { detail: { text } }));
}

class Player {
  constructor(root) {
    const positions = new Positions();
    const parts = partsOf(root);
    const video = root.querySelector("video");
    const resumeOf = (item, told) => positions.resumeOf(item, told);
    const engine = new Engine(video, { library: root.dataset.hls, resumeOf });
    Object.assign(this, { root, parts, video, engine });
    positions.follow(engine);
    this.texts = new Texts(video);
    this.controls = new Controls(root, parts, engine, { remaining: recall().remaining });
    this.seekbar = new Seekbar(parts, engine);
    this.panels = new Panels(parts, engine, this.texts);
    this.transcript = new Transcript(engine);
    this.dock = new Dock(root, (mode) => this.moved(mode));
    this.#listen();
    playAlone(video);
    keepPlaying(engine);
    tellSystem(this);
  }

  #listen() {
    const { engine, root, video } = this;
    engine.addEventListener("item", () => this.showItem());
    engine.addEventListener("playback", ({ detail }) => {
      this.texts.load(detail.captions);
      this.seekbar.showPlayback(detail, engine.item);
    });
    engine.addEventListener("tracks", ({ detail }) => this.panels.showTracks(detail));
    root.addEventListener("click", (event) => this.#onClick(event));
    root.addEventListener("dblclick", ({ target }) => target === video && this.act({ verb: "fullscreen" }));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("jump", ({ target, detail }) =>
      engine.play(itemOf(target) ?? engine.item, { at: detail }),
    );
    for (const type of ["play", "pause", "ended"]) video.addEventListener(type, () => this.tell());
    for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (event) => this.#warm(event));
  }

  /** Somebody points at a start button: what it takes to play is fetched. */
  #warm({ target }) {
    const slot = target.closest?.("[data-player-slot]");
    if (slot) this.engine.prepare(itemOf(slot));
  }

  start(slot) {
    this.engine.play(itemOf(slot));
    this.root.focus({ preventScroll: true });
  }

  /** The page has changed: the player goes to its place on it, or to the bar. */
  visit() {
    const { engine } = this;
    const slot = slotOnPage();
    const mine = slot && engine.item?.id === slot.dataset.item ? slot : null;
    this.dock.show(mine, engine.started && Boolean(engine.item));
    if (mine) engine.adopt(itemOf(slot));
    this.transcript.visit();
    if (slot?.dataset.soundOnly === "false") this.#expectPictures();
  }

  /** Whoever opens the page of a film will probably play it: the library is fetched when the page has come to rest. */
  #expectPictures() {
    if (navigator.connection?.saveData) return;
    const later = globalThis.requestIdleCallback ?? setTimeout;
    later(() => import(this.root.dataset.hls).catch(() => {}));
  }

  moved(mode) {
    this.parts.chapters.hidePopover?.();
    this.parts.settings.hidePopover?.();
    if (mode === "mini" && document.fullscreenElement) document.exitFullscreen();
    this.controls.stir();
    this.tell();
  }

  showItem() {
    const { item } = this.engine;
    if (item && item.id !== this.shown) {
      this.shown = item.id;
      const slot = slotOnPage();
      const cover = slot?.dataset.item === item.id ? slot.querySelector(".cover") : null;
      this.texts.clear();
      this.panels.showItem(item);
      this.controls.showItem(item, cover);
      this.seekbar.showItem(item);
    }
    this.visit();
    this.tell();
  }

  /** Others on the page hear what plays: `player:state` {id, playing, mode}. */
  tell() {
    const { engine, dock } = this;
    const detail = {
      id: engine.started ? (engine.item?.id ?? null) : null,
      playing: !this.video.paused,
      mode: dock?.mode,
    };
    document.dispatchEvent(new CustomEvent("player:state", { detail }));
  }

  #onClick(event) {
    const button = event.target.closest("[data-do]");
    if (button) {
      const { do: verb, value } = button.dataset;
      this.act({ verb, value: value === undefined ? undefined : Number(value) });
    } else if (event.target.closest("video, .player-art") && this.dock.mode === "docked") this.act({ verb: "toggle" });
  }

  #onKey(event) {
    if (document.querySelector("dialog[open]")) return;
    const inside = this.root.contains(event.target);
    const meaning = meaningOf(event, { modest: this.dock.mode === "mini" && !inside });
    const slot = slotOnPage();
    if (!meaning || !recall().shortcuts || !(this.engine.started || slot)) return;
    event.preventDefault();
    if (!this.engine.started) {
      this.engine.load(itemOf(slot));
      if (meaning.verb === "fraction" || meaning.verb === "skip") return;
    }
    this.controls.stir();
    this.act(meaning);
  }

  act({ verb, value }) {
    return this.verbs[verb]?.(value);
  }

  verbs = {
    toggle: () => this.engine.toggle(),
    play: () => this.engine.play(),
    pause: () => this.engine.pause(),
    retry: () => this.engine.retry(),
    skip: (seconds) => this.engine.skip(seconds),
    seek: (seconds) => this.engine.seek(seconds),
    fraction: (part) => this.engine.fraction(part),
    jump: (seconds) => this.jump(seconds),
    chapter: (step) => this.chapter(step),
    louder: (step) => this.engine.loudness.choose(this.engine.loudness.volume + step),
    mute: () => {
      this.engine.loudness.muted = !this.engine.loudness.muted;
    },
    faster: (step) => {
      this.engine.rate += step;
      say(`Speed: ${this.engine.rate} times`);
    },
    captions: () => this.texts.toggle(),
    remaining: () => {
      this.controls.remaining = !this.controls.remaining;
      remember({ remaining: this.controls.remaining });
      this.controls.showTime();
    },
    pip: () => this.pip(),
    fullscreen: () => this.fullscreen(),
    link: () => this.copyLink(),
    help: () => this.panels.help(),
    close: () => this.close(),
  };

  jump(seconds) {
    this.parts.chapters.hidePopover();
    return this.engine.play(this.engine.item, { at: seconds });
  }

  /** The next chapter, or the one before; shortly after a beginning, "before" means the one before that. */
  chapter(step) {
    const { chapters } = this.engine.item;
    const now = this.video.currentTime;
    const at = chapterAt(chapters, step < 0 ? now - CHAPTER_AGAIN_S : now);
    const next = chapters[step < 0 ? Math.max(0, at) : at + 1];
    if (next) this.engine.seek(next.start_ms / 1000);
  }

  async pip() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.video.requestPictureInPicture();
    } catch {
      say("This browser does not offer picture in picture.");
    }
  }

  async fullscreen() {
    if (this.parts.fullscreen.hidden) return;
    if (document.fullscreenElement) await document.exitFullscreen();
    else if (this.root.requestFullscreen) await this.root.requestFullscreen();
    else this.video.webkitEnterFullscreen?.(); // iPhones let only the video itself fill the screen
  }

  async copyLink() {
    const link = new URL(this.engine.item.url, location.origin);
    link.searchParams.set("t", linkTime(this.video.currentTime));
    try {
      await navigator.clipboard.writeText(link.href);
      say(`Copied: a link to ${link.searchParams.get("t")}.`);
    } catch {
      say(link.href); // without the permission it can still be read and copied
    }
  }

  close() {
    const held = this.root.contains(document.activeElement);
    this.engine.close();
    if (held) document.querySelector("#main")?.focus({ preventScroll: true });
  }
}

let player;

/** Brings the player to life on the first call; afterwards it looks where it stands on the page. */
export function visitPage() {
  const isFirst = !player;
  player ??= new Player(document.querySelector("#player"));
  if (isFirst) bringBack();
  player.visit();
}

/** Somebody pressed the start button of a page's place for the player. */
export function start(slot) {
  player.start(slot);
}

async function bringBack() {
  const left = recallPlaying();
  if (!left) return;
  const { engine } = player;
  const opened = engine.load(left.item, { at: left.at });
  engine.started = true;
  player.showItem();
  await opened;
  if (left.playing && engine.item === left.item) engine.video.play().catch(() => {}); // browsers may want a person's hand first
}
