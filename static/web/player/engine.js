// What plays. Owns the one <video> of the site, for sound as well; knows nothing of how it looks.
import { csrfToken } from "../shell/csrf.js";
import { Growth, offered } from "./growth.js";
import { Loudness } from "./loudness.js";
import { boundedRate, family, recall, remember } from "./preferences.js";
import { worthRetrying } from "./retries.js";
import { askForPlayback, attach, Refused, standBy, variantsOf } from "./source.js";
import { startPosition } from "./time.js";

const READY_MARGIN = 2;
const EARLY_MS = 60_000;
const LOOK_AGAIN_MS = 5_000;

/** A preview is another stream than the whole. */
function keyOf(item) {
  return item.preview ? `${item.id} preview` : item.id;
}

function isSame(one, other) {
  return keyOf(one) === keyOf(other);
}

/**
 * Events: `item` (another thing is loaded, or none), `playback` (the site's answer is there), `tracks` (what can be
 * chosen), `trouble` (detail: a sentence, or "" when it is over), `weak` (detail: whether the network is away), `state` (it began or ceased to wait), `leaving` (another one is about to be loaded).
 */
export class Engine extends EventTarget {
  constructor(video, { library, resumeOf = () => 0 }) {
    super();
    Object.assign(this, { video, library, resumeOf });
    this.item = null;
    this.stream = null;
    this.started = false;
    this.growing = false;
    this.known = new Map();
    const { volume, muted } = recall();
    this.loudness = new Loudness(video, { volume, muted });
    this.#listen();
  }

  #listen() {
    const { video } = this;
    video.addEventListener("ratechange", () => {
      if (this.item && video.playbackRate) this.#keepRate();
    });
    video.addEventListener("error", () => {
      if (this.item && this.stream && video.error) this.#broken(video.error);
    });
  }

  #keepRate() {
    const { rates } = recall();
    remember({ rates: { ...rates, [family(this.item.kind)]: this.video.playbackRate } });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // Loading

  /** The site's answer for an item: asked once, and again shortly before it is out of date or while the item grows. */
  playbackOf(item) {
    const key = keyOf(item);
    const known = this.known.get(key);
    if (known && known.until > Date.now()) return known.asked;
    const entry = { asked: askForPlayback(item.playback, csrfToken()), until: Date.now() + EARLY_MS };
    this.known.set(key, entry);
    entry.asked.then(
      ({ expires_at: at }) => {
        if (item.growing) this.known.delete(key);
        else if (at) entry.until = Date.parse(at) - EARLY_MS;
      },
      () => this.known.delete(key),
    );
    return entry.asked;
  }

  /** Somebody is about to play this: everything is fetched, and opened where nothing else is. */
  prepare(item) {
    if (!this.started) return this.load(item);
    import(this.library).catch(() => {});
    return this.playbackOf(item).catch(() => {});
  }

  /** Opens an item's stream once; whoever calls again while it opens waits for the same opening. */
  load(item, { at } = {}) {
    if (this.item?.id === item.id && isSame(this.item, item) && this.opening) {
      if (at !== undefined) this.opening.then(() => this.item?.id === item.id && this.seek(at));
      return this.opening;
    }
    const asked = this.playbackOf(item);
    this.#leave();
    this.item = item;
    this.video.defaultPlaybackRate = recall().rates[family(item.kind)] ?? 1;
    this.video.playbackRate = this.video.defaultPlaybackRate;
    this.loudness.even(item.gain_db);
    this.#tell("item", item);
    if (item.growing) this.#grow(item.growing);
    this.opening = this.#open(item, asked, at);
    return this.opening;
  }

  async #open(item, asked, at) {
    try {
      const listeners = this.#listeners(item);
      const standing = this.#standBy(listeners);
      const playback = await this.#whenThere(item, asked);
      const variants = this.growing ? await this.#variantsOf(playback) : [];
      if (this.item !== item) return;
      this.#tell("playback", playback);
      const start = at ?? this.#startOf(item, playback);
      const ready = await standing;
      if (this.item !== item) return;
      const stream = await attach(this.video, playback, { start, ready, ...listeners });
      if (this.item !== item) {
        stream.detach();
        return;
      }
      Object.assign(this, { stream, variants, url: playback.master_url });
      this.#tell("tracks", stream);
      if (this.heard) this.renew();
    } catch (error) {
      if (this.item !== item) return;
      this.fail(error instanceof Refused ? error.message : "The player could not be loaded. Reload the page.");
    }
  }

  /** The site's answer. A stream that is begun anew is not there for a while: it is asked for again when there is more to play. */
  async #whenThere(item, asked) {
    try {
      return await asked;
    } catch (error) {
      if (error.code !== "not_ready" || !this.growing || this.item !== item) throw error;
      await this.#more();
      if (this.item !== item) throw error;
      return this.#whenThere(item, this.playbackOf(item));
    }
  }

  /** Until it is said that there is more, or for a while, should nobody say it. */
  #more() {
    return new Promise((heard) => {
      this.onmore = heard;
      setTimeout(heard, LOOK_AGAIN_MS);
    });
  }

  /** What is made ready is this item's stream already, so that it goes when the item does. Troubles come up again. */
  async #standBy(listeners) {
    const ready = await standBy(this.video, listeners).catch(() => null);
    if (ready) this.stream = ready;
    return ready;
  }

  async #variantsOf({ master, master_url: url }) {
    return master ? variantsOf(master) : offered(url);
  }

  #startOf(item, playback) {
    const resumeMs = this.resumeOf(item, playback.resume_ms);
    const here = item.url && location.pathname === item.url;
    return startPosition({ query: here ? location.search : "", resumeMs, durationMs: item.duration_ms });
  }

  #listeners(item) {
    const mine = (act) => (detail) => this.item === item && act(detail);
    return {
      library: this.library,
      soundOnly: item.sound_only,
      isWanted: () => this.item === item,
      quality: recall().quality,
      onTrouble: mine((sentence) => this.fail(sentence)),
      onGone: mine(() => this.#reopen()),
      onWeak: mine((weak) => this.#tell("weak", weak)),
      onTracks: mine((stream) => this.#tell("tracks", stream)),
    };
  }

  #leave() {
    this.#tell("leaving");
    this.growth?.end();
    this.stream?.detach();
    Object.assign(this, { item: null, stream: null, url: null, growth: null, growing: false, heard: false });
    Object.assign(this, { opening: undefined, failed: false });
    this.started = false;
  }

  /** The item's stream is still being encoded: more comes while it plays. */
  #grow(topic) {
    this.growing = true;
    this.growth = new Growth(topic, {
      changed: () => this.renew(),
      ended: () => {
        this.growing = false;
        this.video.dispatchEvent(new Event("durationchange"));
      },
    });
  }

  /** Goes on with what is offered now, if that is more than what was opened. One look at a time; what is heard while the
   * stream is being opened, or looked at, is looked at afterwards: nobody says it twice. So is what could not be seen. */
  async renew() {
    const { stream } = this;
    if (this.failed) return;
    if (!this.url || this.renewing) {
      this.heard = true;
      this.onmore?.();
      return;
    }
    this.renewing = true;
    this.heard = false;
    try {
      const seen = await this.#look(this.item);
      if (this.stream !== stream) return;
      if (!seen) setTimeout(() => this.stream === stream && this.renew(), LOOK_AGAIN_MS);
      else if (seen.url !== this.url || seen.variants.length > this.variants.length) {
        Object.assign(this, seen);
        await stream.renew(seen.url);
      }
    } finally {
      this.renewing = false;
      if (this.heard && this.url) this.renew();
    }
  }

  /** What is offered now, as `{url, variants}`; null where it cannot be seen at the moment. */
  async #look(item) {
    try {
      const { master_url: url } = await askForPlayback(item.playback, csrfToken());
      const variants = await offered(url);
      return variants.length ? { url, variants } : null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const isPassing = error.code === "not_ready" || worthRetrying(error.status);
      return isPassing ? null : { url: this.url, variants: this.variants };
    }
  }

  // Playing

  /** Plays an item, by default what is loaded; `at` in seconds. */
  async play(item = this.item, { at } = {}) {
    if (!item) return;
    const opened = this.load(item, { at });
    const isNew = !this.started;
    this.started = true;
    if (isNew) this.#tell("item", item);
    this.#wait(true);
    await opened;
    if (this.item?.id === item.id && !this.failed) await this.#begin();
    this.#wait(false);
  }

  async #begin() {
    if (this.video.ended) this.seek(0);
    this.loudness.wake();
    await this.video.play().catch((error) => {
      if (error.name !== "AbortError" && error.name !== "NotAllowedError")
        this.fail("The stream did not start. Please try again.");
    });
  }

  #wait(pending) {
    this.pending = pending;
    this.#tell("state");
  }

  pause() {
    this.video.pause();
  }

  async toggle() {
    if (this.video.paused || this.video.ended) await this.play();
    else this.pause();
  }

  /** Stops, and puts what played away; its stream stays open, so that it goes on at once. */
  close() {
    this.pause();
    this.started = false;
    this.#tell("item", this.item);
  }

  /** While a stream grows, its own length is only what there is of it by now. In seconds. */
  get duration() {
    const known = (this.item?.duration_ms ?? 0) / 1000;
    if (this.growing && known) return known;
    return Number.isFinite(this.video.duration) && this.video.duration > 0 ? this.video.duration : known;
  }

  /** What is not there yet cannot be jumped to: the end of what there is comes nearest. */
  seek(seconds) {
    const { seekable } = this.video;
    const ready = this.growing && seekable.length ? seekable.end(seekable.length - 1) - READY_MARGIN : this.duration;
    this.video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, ready - 0.1));
  }

  async fraction(part) {
    await this.opening;
    this.seek(this.duration * part);
  }

  async skip(seconds) {
    await this.opening;
    this.seek(this.video.currentTime + seconds);
  }

  set rate(rate) {
    this.video.playbackRate = boundedRate(rate);
  }

  get rate() {
    return this.video.playbackRate;
  }

  // Trouble

  #broken(error) {
    const network = error.code === MediaError.MEDIA_ERR_NETWORK;
    if (network && this.stream.renew && !this.url) this.stream.renew();
    else this.fail("This browser could not play the stream. Please try again.");
  }

  fail(sentence) {
    this.failed = true;
    this.video.pause();
    this.#tell("trouble", sentence);
  }

  /** The page says of what is loaded that somebody may play more of it, or less, than when it was opened. */
  async adopt(item) {
    if (this.item?.id !== item.id || isSame(this.item, item)) return;
    await this.#exchange(item);
  }

  /** What is loaded is no longer there: opens what there is instead, and plays on if it played. */
  #reopen() {
    const { item, url } = this;
    if (this.gone === url) return this.fail("This stream is not there at the moment. Please try again later.");
    this.gone = url;
    this.known.delete(keyOf(item));
    this.opening = undefined;
    return this.#exchange(item);
  }

  /** Loads what is loaded in another form, where it was; it goes on as it did. */
  async #exchange(item) {
    const { pending, started } = this;
    const { currentTime: at, paused, ended } = this.video;
    const opened = this.load(item, { at: at || undefined });
    this.started = started;
    if (started && (pending || ended || !paused)) await this.play(item);
    else await opened;
  }

  /** Opens the same item anew, where it was. */
  async retry() {
    const { item, started } = this;
    if (!item) return;
    const at = this.video.currentTime || undefined;
    this.known.delete(keyOf(item));
    this.gone = null;
    this.#leave();
    this.#tell("trouble", "");
    this.started = started;
    await this.play(item, { at });
  }
}
