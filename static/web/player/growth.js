// A stream that is still being encoded: the page hears when there is more of it, and the player goes on with that.
import { live } from "../../core/realtime.js";
import { variantsOf } from "./source.js";

const ENDS = new Set(["stream.published", "item.ready"]);

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
 * there. What happened before the line was there was not heard, so it looks once when it is; where no line can be had, it
 * looks now and then.
 */
export class Growth {
  constructor(topic, { changed, ended }) {
    this.changed = changed;
    this.ended = ended;
    this.leave = live().follow(topic, (message) => this.hear(message), { joined: changed, poll: changed });
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
  }
}
