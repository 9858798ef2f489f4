// Live parts of a page: an element with `data-follow="job:1 item:2"` gets the event `changed` when something happened to
// one of these topics. What it then does is its own business (`hx-get` with `hx-trigger="changed, every 5s"`).
import { live } from "../../core/realtime.js";

const AT_MOST_EVERY_MS = 500;

/** The topics that the elements name, each once. */
export function topicsOf(elements) {
  return new Set([...elements].flatMap((element) => element.dataset.follow.split(/\s+/).filter(Boolean)));
}

/** Calls `action` at once, then at most every `pause`, and once more after the last call. */
export function calmly(action, pause = AT_MOST_EVERY_MS) {
  let resting = false;
  let again = false;
  const run = () => {
    if (resting) {
      again = true;
      return;
    }
    resting = true;
    action();
    setTimeout(() => {
      resting = false;
      if (again) {
        again = false;
        run();
      }
    }, pause);
  };
  return run;
}

function tell(topic) {
  for (const element of document.querySelectorAll("[data-follow]")) {
    if (topicsOf([element]).has(topic)) element.dispatchEvent(new CustomEvent("changed"));
  }
}

const following = new Map();

/** Follows what the page names now, and leaves what it no longer names; a topic that stays keeps its place in the line. */
function look() {
  const wanted = topicsOf(document.querySelectorAll("[data-follow]"));
  for (const topic of wanted) {
    if (following.has(topic)) continue;
    const told = calmly(() => tell(topic));
    following.set(topic, live().follow(topic, told));
  }
  for (const [topic, leave] of following) {
    if (wanted.has(topic)) continue;
    leave();
    following.delete(topic);
  }
}

export function followTopics() {
  document.addEventListener("htmx:after:swap", look);
  look();
}
