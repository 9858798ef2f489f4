// A stream that is still being encoded: the page hears when there is more of it, and the player goes on with that.
import { live } from "../../core/realtime.js";
import { variantsOf } from "./source.js";

const ENDS = new Set(["stream.published", "item.ready"]);
const LOOK_AGAIN_MS = 10_000;

/** The variants that a stream's master lists now; none where it cannot be read. */
export async function offered(url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-cache" });
    return answer.ok ? variantsOf(await answer.text()) : [];
  } catch {
    return [];
  }
}

/**
 * Follows an item while its stream grows. `changed()` is called when there may be more to play, `ended()` once when all is
 * there. Without a line to the site it asks every ten seconds.
 */
export class Growth {
  constructor(topic, { changed, ended }) {
    this.changed = changed;
    this.ended = ended;
    this.leave = live().follow(topic, (message) => this.hear(message), { poll: changed });
    this.clock = setInterval(changed, LOOK_AGAIN_MS);
  }

  hear(message) {
    if (message.type === "resync" || message.type.startsWith("stream.")) this.changed();
    if (ENDS.has(message.type)) {
      this.ended();
      this.end();
    }
  }

  end() {
    this.leave();
    clearInterval(this.clock);
  }
}
