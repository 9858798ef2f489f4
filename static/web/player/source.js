// From a playback answer to a <video> that plays: hls.js where the browser has MediaSource, its own HLS elsewhere.

const RETRY_MS = [500, 1500, 4000];

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

function native(video, url, start) {
  video.addEventListener("loadedmetadata", () => (video.currentTime = start), { once: true });
  video.src = url;
  return () => {
    video.removeAttribute("src");
    video.load();
  };
}

/** Network troubles are tried again with growing pauses, broken media once; then `onTrouble(sentence)`. */
function guard(hls, Hls, onTrouble) {
  let tries = 0;
  let recovered = false;
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    tries = 0;
  });
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    const status = error.response?.code;
    if (status === 401 || status === 403) onTrouble("This stream is closed to you now. Reload the page to see why.");
    else if (error.type === Hls.ErrorTypes.NETWORK_ERROR && tries < RETRY_MS.length) {
      setTimeout(() => hls.startLoad(), RETRY_MS[tries++]);
    } else if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else onTrouble("The stream broke off. Check your connection and try again.");
  });
}

/** Attaches the stream, beginning at `start` seconds; returns what detaches it. */
export async function attach(video, playback, { start, library, onTrouble }) {
  if (!playback.master_url) return native(video, playback.progressive_url, start);
  const { default: Hls } = await import(library);
  if (!Hls.isSupported()) return native(video, playback.master_url, start);
  const hls = new Hls({ enableWorker: false, startPosition: start || -1, maxBufferLength: 30, backBufferLength: 60 });
  guard(hls, Hls, onTrouble);
  hls.loadSource(playback.master_url);
  hls.attachMedia(video);
  return () => hls.destroy();
}
