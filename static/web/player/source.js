// From a playback answer to a <video> that plays: one plain file for sound, hls.js where the browser has MediaSource, its
// own HLS elsewhere.
import { levelFor, pickable } from "./quality.js";
import { RETRY_MS, worthRetrying } from "./retries.js";

// A stream that grows is no broadcast: who waits at its end stays there, instead of being put back by three segments.
// Text is shown by the page's own tracks. The first segment is played, not only measured.
const CONFIG = {
  enableWorker: false,
  maxBufferLength: 30,
  backBufferLength: 60,
  maxMaxBufferLength: 60,
  liveSyncDuration: 0.1,
  testBandwidth: false,
  startFragPrefetch: true,
  subtitleStreamController: undefined,
  subtitleTrackController: undefined,
  timelineController: undefined,
};

/** The site's sentence, with its `status` and `code` where there was an answer. */
export class Refused extends Error {
  constructor(sentence, facts) {
    super(sentence);
    Object.assign(this, facts);
  }
}

/** POST to the playback address: `{master_url, progressive_url, resume_ms, …}`. Throws Refused. */
export async function askForPlayback(address, token) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      credentials: "same-origin",
    });
  } catch {
    throw new Refused("The site cannot be reached. Check your connection and try again.");
  }
  if (answer.ok) return answer.json();
  const body = await answer.json().catch(() => null);
  const sentence = body?.error?.message ?? "The site could not open this stream. Please try again.";
  throw new Refused(sentence, { status: answer.status, code: body?.error?.code });
}

/** The variants that a master playlist lists, in order. */
export function variantsOf(text) {
  return text.split(/\r?\n/).filter((line) => line && !line.startsWith("#"));
}

class Native {
  qualities = [];
  sounds = [];

  constructor(video, url, start) {
    this.video = video;
    this.#open(url, start);
  }

  #open(url, start) {
    this.url = url;
    const begin = () => {
      if (start) this.video.currentTime = start;
    };
    this.video.addEventListener("loadedmetadata", begin, { once: true });
    this.video.preload = "auto";
    this.video.src = url;
  }

  /** The browser's own player reads playlists as it likes; what is new is found by opening the stream anew. */
  async renew(url = this.url) {
    const { currentTime, paused } = this.video;
    this.#open(url, currentTime);
    if (!paused) await this.video.play().catch(() => {});
  }

  choose() {}

  chooseSound() {}

  detach() {
    this.video.removeAttribute("src");
    this.video.load();
  }
}

/** Network troubles are tried again with growing pauses, broken media once; then `onTrouble(sentence)`. */
function guard(hls, Hls, { onTrouble, onGone, onWeak }) {
  let tries = 0;
  let recovered = false;
  let timer;
  const again = () => {
    clearTimeout(timer);
    if (hls.levels.length) hls.startLoad();
    else hls.loadSource(hls.url);
  };
  addEventListener("online", again);
  hls.on(Hls.Events.DESTROYING, () => {
    clearTimeout(timer);
    removeEventListener("online", again);
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    tries = 0;
    onWeak?.(false);
  });
  hls.on(Hls.Events.ERROR, (_, error) => {
    const status = error.response?.code ?? 0;
    const network = error.type === Hls.ErrorTypes.NETWORK_ERROR;
    if (network && worthRetrying(status)) onWeak?.(true);
    if (!error.fatal) return;
    if (status === 401 || status === 403) onTrouble("This stream is closed to you now. Reload the page to see why.");
    else if (status === 404) onGone();
    else if (network && tries < RETRY_MS.length) timer = setTimeout(again, RETRY_MS[tries++]);
    else if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else onTrouble("The stream broke off. Check your connection and try again.");
  });
}

/** A loader of playlists that has some already: `known` has their text by address, each for one time. */
function knowing(known, Loader) {
  return class extends Loader {
    load(context, config, callbacks) {
      const text = known.get(context.url);
      if (text === undefined) return super.load(context, config, callbacks);
      known.delete(context.url);
      const { loading } = this.stats;
      loading.start = loading.first = loading.end = performance.now();
      this.stats.loaded = this.stats.total = text.length;
      const answer = { url: context.url, data: text, code: 200 };
      // Not before everybody in there has heard that it is being loaded.
      return queueMicrotask(() => callbacks.onSuccess(answer, this.stats, context, null));
    }
  };
}

class WithHls {
  constructor(video, Hls, listeners) {
    Object.assign(this, { video, Hls, listeners, quality: listeners.quality ?? "auto", known: new Map() });
    this.hls = this.make({ pLoader: knowing(this.known, Hls.DefaultConfig.loader) });
    this.hls.attachMedia(video);
  }

  /** What can be chosen, as `{height}` from the largest; and the languages of the sound, as `{id, label, language}`. */
  get qualities() {
    return pickable(this.hls.levels);
  }

  get sounds() {
    return this.hls.audioTracks.map(({ name, lang }, id) => ({ id, label: name, language: lang ?? "" }));
  }

  get sound() {
    return this.hls.audioTrack;
  }

  get playing() {
    return this.hls.levels[this.hls.currentLevel]?.height ?? null;
  }

  /** `master` is the playlist's text, where it is known. */
  open(url, master, start) {
    if (master) this.known.set(url, master);
    this.hls.config.startPosition = start;
    this.hls.loadSource(url);
  }

  make(options) {
    const { Events } = this.Hls;
    const hls = new this.Hls({ ...CONFIG, ...options });
    guard(hls, this.Hls, this.listeners);
    hls.on(Events.MANIFEST_PARSED, () => this.#apply(hls, "loadLevel"));
    for (const type of [Events.MANIFEST_PARSED, Events.AUDIO_TRACKS_UPDATED, Events.LEVEL_SWITCHED]) {
      hls.on(type, () => hls === this.hls && this.listeners.onTracks?.(this));
    }
    return hls;
  }

  choose(quality) {
    this.quality = quality;
    this.#apply(this.hls, "nextLevel");
  }

  chooseSound(id) {
    this.hls.audioTrack = id;
  }

  #apply(hls, property) {
    const { level, cap } = levelFor(hls.levels, this.quality);
    hls.autoLevelCapping = cap;
    if (level !== -1 || !hls.autoLevelEnabled) hls[property] = level;
  }

  /** Reads the master anew, and goes on with what is in the buffer already: nothing is interrupted. It is over as well when
   * that comes to nothing, because the stream is left or gone. */
  renew(url) {
    this.waiting?.destroy();
    const next = this.make({
      startPosition: this.video.currentTime,
      abrEwmaDefaultEstimate: this.hls.bandwidthEstimate,
    });
    this.waiting = next;
    return new Promise((done) => {
      next.once(this.Hls.Events.DESTROYING, done);
      next.once(this.Hls.Events.MANIFEST_PARSED, () => {
        this.waiting = null;
        const media = this.hls.transferMedia();
        this.hls.destroy();
        this.hls = next;
        next.attachMedia(media ?? this.video);
        this.listeners.onTracks?.(this);
        done();
      });
      next.loadSource(url);
    });
  }

  detach() {
    this.waiting?.destroy();
    this.hls.destroy();
  }
}

/**
 * Gets ready while the site is asked for the stream's address: loads the library and opens the media source, where those
 * will be needed; null where not. `isWanted` is asked once the library is there.
 */
export async function standBy(video, { library, soundOnly, isWanted, ...listeners }) {
  if (soundOnly) return null;
  const { default: Hls } = await import(library);
  return isWanted() && Hls.isSupported() ? new WithHls(video, Hls, listeners) : null;
}

/**
 * Attaches the stream, beginning at `start` seconds; `ready` is what `standBy` gave. What comes back has `renew(url)` for a stream that has grown,
 * `detach()`, and `qualities`, `sounds`, `choose` and `chooseSound`. `listeners`: `onTrouble(sentence)`, `onGone()` where
 * the stream is no longer there, `onWeak(isWeak)` while the network is away, `onTracks(stream)` when there is more to choose.
 */
export async function attach(video, playback, { start, ready, soundOnly, ...listeners }) {
  const { master_url: url, progressive_url: whole, master } = playback;
  if ((soundOnly && whole) || !url) {
    ready?.detach();
    return new Native(video, whole, start);
  }
  const stream = ready ?? (await standBy(video, listeners));
  if (!stream) return new Native(video, url, start);
  stream.open(url, master, start);
  return stream;
}
