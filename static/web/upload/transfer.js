// One file's way to the site over tus, in pieces: a cut loses at most one of them.
import { Upload } from "tus-js-client";
import { csrfToken } from "../shell/csrf.js";
import { ENDPOINT, Trouble, troubleOf } from "./site.js";

export const PIECE_BYTES = 8 * 1024 * 1024;
// The network may be away for a while; the count begins anew whenever a piece has arrived.
const PAUSES_MS = [500, 1000, 3000, 5000, 10_000, ...Array(60).fill(20_000)];
const PASSING = new Set([0, 409, 423]);

const statusOf = (error) => error.originalResponse?.getStatus() ?? 0;

/**
 * Whether trying again by itself makes sense: the network, a server that restarts, a piece that is still being written, a
 * turn that has to be waited for. A site without room (507) and a person with too many of them (429) need somebody.
 */
export const passes = (error) => PASSING.has(statusOf(error)) || (statusOf(error) >= 500 && statusOf(error) !== 507);

const unreadable = () => new Trouble("This file cannot be read any more. Choose it again.", { unreadable: true });

const readable = (file) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

function asTrouble(error) {
  if (!error.originalRequest) return unreadable();
  return troubleOf(statusOf(error), error.originalResponse?.getBody() ?? "");
}

/**
 * Sends `file`, from the beginning or (with `url`) from where the site is; returns `{stop, hurry}`.
 *
 * `on.begun(url)`: the site knows of it · `on.moved(bytes)` · `on.waits(why)`: it tries again in a moment, `why` by the site's words · `on.arrived()` ·
 * `on.failed(trouble)`. Nothing is called after `stop()`.
 */
export function transfer({ file, url, metadata, on }) {
  let stopped = false;
  const tell = (name, value) => stopped || on[name](value);
  const upload = new Upload(file, {
    endpoint: url ? null : ENDPOINT,
    uploadUrl: url || null,
    metadata,
    chunkSize: PIECE_BYTES,
    retryDelays: PAUSES_MS,
    storeFingerprintForResuming: false,
    onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
    onUploadUrlAvailable() {
      // With an endpoint, every refusal of the question where it is would silently begin at the first byte again.
      upload.options.endpoint = null;
      tell("begun", upload.url);
    },
    onProgress: (sent) => tell("moved", sent),
    onShouldRetry(error) {
      const again = passes(error) && !stopped;
      if (again) tell("waits", statusOf(error) ? asTrouble(error).message : "");
      if (again && !statusOf(error)) lookWhetherItIsThere();
      return again;
    },
    onSuccess: () => tell("arrived"),
    onError: (error) => tell("failed", asTrouble(error)),
  });
  const stop = () => {
    stopped = true;
    return upload.abort();
  };
  /** A file that was changed or moved meanwhile looks like a network that is away. */
  const lookWhetherItIsThere = () =>
    readable(file).then((there) => {
      if (there) return;
      tell("failed", unreadable());
      stop();
    });
  upload.start();
  return {
    stop,
    /** The network is back: try now instead of after the pause. */
    hurry: () => upload.abort().then(() => upload.start()),
  };
}
