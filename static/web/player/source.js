// From a playback answer to a <video> that plays: hls.js where the browser has MediaSource, its own HLS elsewhere.

const RETRY_MS = [500, 1500, 4000];
// A stream that grows is no broadcast: who waits at its end stays there, instead of being put back by three segments.
const CONFIG = {
  enableWorker: false,
  maxBufferLength: 30,
  backBufferLength: 60,
  maxMaxBufferLength: 60,
  liveSyncDuration: 0.1,
};

export class Refused extends Error {}

/** POST to the playback address: `{master_url, progressive_url, resume_ms, …}`. Throws Refused with the site's sentence. */
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
  throw new Refused(body?.error?.message ?? "The site could not open this stream. Please try again.");
}

/** The variants that a master playlist lists, in order. */
export function variantsOf(text) {
  return text.split(/\r?\n/).filter((line) => line && !line.startsWith("#"));
}

class Native {
  constructor(video, url, start) {
    this.video = video;
    video.addEventListener("loadedmetadata", () => (video.currentTime = start), { once: true });
    video.src = url;
  }

  /** The browser's own player reads playlists as it likes; what is new is found by opening the stream anew. */
  async renew(url) {
    const { currentTime, paused } = this.video;
    this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = currentTime), { once: true });
    this.video.src = url;
    if (!paused) await this.video.play().catch(() => {});
  }

  detach() {
    this.video.removeAttribute("src");
    this.video.load();
  }
}

/** Network troubles are tried again with growing pauses, broken media once; then `onTrouble(sentence)`. */
function guard(hls, Hls, { onTrouble, onGone }) {
  let tries = 0;
  let recovered = false;
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    tries = 0;
  });
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    const status = error.response?.code;
    if (status === 401 || status === 403) onTrouble("This stream is closed to you now. Reload the page to see why.");
    else if (status === 404) onGone();
    else if (error.type === Hls.ErrorTypes.NETWORK_ERROR && tries < RETRY_MS.length) {
      setTimeout(() => hls.startLoad(), RETRY_MS[tries++]);
    } else if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else onTrouble("The stream broke off. Check your connection and try again.");
  });
}

class WithHls {
  constructor(video, Hls, listeners) {
    Object.assign(this, { video, Hls, listeners });
  }

  open(url, start) {
    this.hls = this.make({ startPosition: start });
    this.hls.loadSource(url);
    this.hls.attachMedia(this.video);
  }

  make(options) {
    const hls = new this.Hls({ ...CONFIG, ...options });
    guard(hls, this.Hls, this.listeners);
    return hls;
  }

  /** Reads the master anew, and goes on with what is in the buffer already: nothing is interrupted. */
  renew(url) {
    this.waiting?.destroy();
    const next = this.make({
      startPosition: this.video.currentTime,
      abrEwmaDefaultEstimate: this.hls.bandwidthEstimate,
    });
    this.waiting = next;
    return new Promise((done) => {
      next.once(this.Hls.Events.MANIFEST_PARSED, () => {
        this.waiting = null;
        const media = this.hls.transferMedia();
        this.hls.destroy();
        this.hls = next;
        next.attachMedia(media ?? this.video);
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
 * Attaches the stream, beginning at `start` seconds. What comes back has `renew(url)` for a stream that has grown, and
 * `detach()`. `listeners`: `onTrouble(sentence)`, and `onGone()` where the stream is no longer there.
 */
export async function attach(video, playback, { start, library, ...listeners }) {
  if (!playback.master_url) return new Native(video, playback.progressive_url, start);
  const { default: Hls } = await import(library);
  if (!Hls.isSupported()) return new Native(video, playback.master_url, start);
  const stream = new WithHls(video, Hls, listeners);
  stream.open(playback.master_url, start);
  return stream;
}
