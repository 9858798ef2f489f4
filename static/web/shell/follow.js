// Live parts of a page: an element with `data-follow="job:1 item:2"` gets the event `changed` when something happened to
// one of these topics, once when the line is there, and now and then where no line can be had. What it then does is its own
// business (`hx-get` with `hx-trigger="changed"`). `me/entitlements` is one type of a topic's events, and nothing else.
import { live } from "../../core/realtime.js";
import { calmly } from "./calmly.js";

const AT_MOST_EVERY_MS = 500;

function wishesOf({ dataset }) {
  return dataset.follow.split(/\s+/).filter(Boolean);
}

/** The topics that the elements name, each once. */
export function topicsOf(elements) {
  return new Set([...elements].flatMap(wishesOf).map((wish) => wish.split("/")[0]));
}

/** Whether an element wants to know of what was heard in a topic: `types`, empty where nobody knows what happened. */
export function wants(element, topic, types) {
  return wishesOf(element).some((wish) => wish === topic || [...types].some((type) => wish === `${topic}/${type}`));
}

function tell(topic, types) {
  for (const element of document.querySelectorAll("[data-follow]")) {
    if (wants(element, topic, types)) element.dispatchEvent(new CustomEvent("changed"));
  }
}

const following = new Map(); // topic → {leave, told}
const heardAt = new Map();

function follow(topic) {
  const heard = new Set();
  const told = calmly(() => {
    const types = new Set(heard);
    heard.clear();
    tell(topic, types);
  }, AT_MOST_EVERY_MS);
  const hear = (message) => {
    if (message?.type) heard.add(message.type);
    heardAt.set(topic, performance.now());
    told();
  };
  following.set(topic, { told, leave: live().follow(topic, hear, { joined: hear, poll: hear }) });
}

/** Follows what the page names now, and leaves what it no longer names; a topic that stays keeps its place in the line. */
function look() {
  const wanted = topicsOf(document.querySelectorAll("[data-follow]"));
  for (const topic of wanted) if (!following.has(topic)) follow(topic);
  for (const [topic, { leave }] of following) {
    if (wanted.has(topic)) continue;
    leave();
    following.delete(topic);
    heardAt.delete(topic);
  }
}

/** What happened after the new content was asked for is not in it. */
function lookAgain({ detail }) {
  look();
  const askedAt = detail.ctx?.askedAt ?? Number.POSITIVE_INFINITY;
  for (const [topic, { told }] of following) if (heardAt.get(topic) > askedAt) told();
}

const SIGNED_OUT = "This page is no longer signed in. Load it again to go on.";

function told(state) {
  if (state === "signed_out" && document.body.dataset.person) {
    dispatchEvent(new CustomEvent("bandstand:toast", { detail: { text: SIGNED_OUT, tone: "warning" } }));
  }
}

export function followTopics() {
  live().onstate = told;
  document.addEventListener("htmx:config:request", ({ detail }) => {
    detail.ctx.askedAt = performance.now();
  });
  document.addEventListener("htmx:after:swap", lookAgain);
  look();
}
