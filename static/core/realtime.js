/**
 * The page's line to the realtime hub: one connection for all topics of all tabs, by socket, event stream or polling.
 *
 *   import { live } from "./realtime.js";
 *   const stop = live().follow("job:0197…", (event) => reload(event), { joined: reload, poll: reload });
 *
 * A handler gets durable events `{topic, seq, type, id, version, at}` in order, each once, however often the line is cut;
 * passing states `{topic, type, …}`; and `{topic, type: "resync" | "refused", …}`: load anew, or no longer allowed.
 * `since` is the newest number that the page already shows. Without it `joined` is called when the line is there: what
 * happened between the making of the page and now was not heard. `poll` is called every 10 s where no line can be had.
 */
import { Line } from "./realtime/line.js";
import { SharedLine } from "./realtime/tabs.js";
import { Topics } from "./realtime/topics.js";

export class Realtime extends Topics {
  /** `wire` is a Line or a SharedLine; `onstate` is told its rung, `away` and `signed_out`. */
  constructor(wire) {
    super(wire);
    this.onstate = () => {};
    wire.onstate = (state) => this.onstate(state);
    wire.sinces = () => this.sinces;
  }
}

/** Where the hub is, for the sign-in that `mark` names: pages of another one are refused. */
function lineTo(mark) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const query = mark ? `?line=${encodeURIComponent(mark)}` : "";
  return new Line({ socketUrl: `${scheme}//${location.host}/ws/${query}`, eventsUrl: `/events/${query}` });
}

/** Shared by all tabs of the sign-in where the browser can (it needs TLS, or localhost), else the page's own. */
function wireOf(mark) {
  const { locks } = navigator;
  if (!mark || !locks || !globalThis.BroadcastChannel) return lineTo(mark);
  const name = `bandstand:line:${mark}`;
  const tab = Math.random().toString(36).slice(2);
  return new SharedLine({ name, tab, locks, channel: new BroadcastChannel(name), makeLine: () => lineTo(mark) });
}

// Bundles of their own (player, uploader) carry a copy of this module: the line is the document's, not the module's.
const SHARED = Symbol.for("bandstand.live");

/** The page's one line. Pages of guests name nobody; an error page may not know whose it is, and then has its own line. */
export function live() {
  const place = document.querySelector("[data-line]");
  globalThis[SHARED] ??= new Realtime(wireOf(place ? place.dataset.line : "guest"));
  return globalThis[SHARED];
}
