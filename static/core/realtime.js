/**
 * The page's line to the realtime hub: one socket for all topics, else an event stream, else polling.
 *
 *   import { live } from "./realtime.js";
 *   const stop = live().follow("job:0197…", (event) => reload(event), { since: 12, poll: reload });
 *
 * A handler gets durable events `{topic, seq, type, id, version, at}` in order, each once, however often the line is cut;
 * passing states `{topic, type, …}`; and `{topic, type: "resync" | "refused", …}`: load anew, or no longer allowed.
 * `since` is the newest number that the page already shows. `poll` is called every 30 s where no line can be had.
 */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const PING_EVERY = 25_000;
const SILENCE = 60_000;
const POLL_EVERY = 30_000;
const FAILURES_BEFORE_FALLBACK = 2;
const BACK_TO_SOCKET_AFTER = 120_000;
const CLOSE_COME_BACK = 4000;
const CLOSE_SIGNED_OUT = 4403;

export class Realtime {
  /** `parts` replaces what the browser brings, for tests. */
  constructor({ socketUrl, eventsUrl, parts = {} }) {
    this.socketUrl = socketUrl;
    this.eventsUrl = eventsUrl;
    this.parts = {
      WebSocket: globalThis.WebSocket,
      EventSource: globalThis.EventSource,
      setTimeout: (...all) => globalThis.setTimeout(...all),
      clearTimeout: (id) => globalThis.clearTimeout(id),
      random: Math.random,
      ...parts,
    };
    this.topics = new Map();
    this.rung = "socket";
    this.connection = null;
    this.isOpen = false;
    this.failures = 0;
    this.signedOut = false;
    this.timers = new Map();
    this.onstate = () => {};
  }

  /** Returns a function that ends it. */
  follow(topic, handler, { since = null, poll = null } = {}) {
    const known = this.topics.get(topic);
    const place = known ?? { seq: since, handlers: new Map() };
    const key = {};
    place.handlers.set(key, { handler, poll });
    if (!known) {
      this.topics.set(topic, place);
      this.#join(topic, place);
    }
    return () => this.#leave(topic, place, key);
  }

  close() {
    for (const name of [...this.timers.keys()]) this.#cancel(name);
    this.#disconnect();
    this.topics.clear();
  }

  // Topics

  #join(topic, place) {
    if (this.rung === "socket" && this.isOpen) this.#say({ op: "follow", topic, since: place.seq });
    else if (this.rung === "events") this.#soon("connect", 50, () => this.#connect());
    else if (this.rung === "poll") this.#poll();
    else if (!this.connection && !this.timers.has("connect")) this.#connect();
  }

  #leave(topic, place, key) {
    place.handlers.delete(key);
    if (place.handlers.size || this.topics.get(topic) !== place) return;
    this.topics.delete(topic);
    if (this.rung === "socket" && this.isOpen) this.#say({ op: "unfollow", topic });
    if (this.topics.size === 0) this.close();
  }

  #deliver(topic, message) {
    for (const { handler } of [...(this.topics.get(topic)?.handlers.values() ?? [])]) handler(message);
  }

  #receive(message) {
    this.#watchSilence();
    const place = this.topics.get(message.topic);
    if (!place) return;
    if (message.op === "following") place.seq ??= message.seq;
    else if (message.op === "resync") {
      place.seq = message.seq;
      this.#deliver(message.topic, { topic: message.topic, type: "resync", seq: message.seq });
    } else if (message.op === "refused") {
      this.#deliver(message.topic, { topic: message.topic, type: "refused", code: message.code });
      this.topics.delete(message.topic);
    } else if (message.seq === undefined) this.#deliver(message.topic, message);
    else if (place.seq === null || message.seq > place.seq) {
      place.seq = message.seq;
      this.#deliver(message.topic, message);
    }
  }

  // The line

  #connect() {
    this.#cancel("connect");
    this.#disconnect();
    if (this.topics.size === 0 || this.signedOut) return;
    if (this.rung === "socket") this.#openSocket();
    else if (this.rung === "events") this.#openStream();
    else this.#poll();
  }

  #openSocket() {
    const socket = new this.parts.WebSocket(this.socketUrl);
    this.connection = socket;
    socket.onopen = () => {
      this.#opened();
      for (const [topic, place] of this.topics) this.#say({ op: "follow", topic, since: place.seq });
      this.#ping();
      this.#watchSilence();
    };
    socket.onmessage = (event) => this.connection === socket && this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.connection === socket && this.#lost(event.code);
  }

  #openStream() {
    const query = new URLSearchParams();
    const last = new URLSearchParams();
    for (const [topic, place] of this.topics) {
      query.append("topic", topic);
      if (place.seq !== null) last.append(topic, place.seq);
    }
    query.set("last", last.toString());
    const stream = new this.parts.EventSource(`${this.eventsUrl}?${query}`);
    this.connection = stream;
    stream.onopen = () => this.#opened();
    stream.onmessage = (event) => this.connection === stream && this.#receive(JSON.parse(event.data));
    stream.onerror = () => this.connection === stream && this.#lost(0);
    this.#soon("climb", BACK_TO_SOCKET_AFTER, () => this.#climb());
  }

  #poll() {
    for (const place of this.topics.values()) for (const { poll } of place.handlers.values()) poll?.();
    this.#soon("poll", POLL_EVERY, () => this.#poll());
    if (!this.timers.has("climb")) this.#soon("climb", BACK_TO_SOCKET_AFTER, () => this.#climb());
  }

  #opened() {
    this.isOpen = true;
    this.failures = 0;
    this.onstate(this.rung);
  }

  #lost(code) {
    const wasOpen = this.isOpen;
    this.#disconnect();
    this.onstate("away");
    if (code === CLOSE_SIGNED_OUT) {
      this.signedOut = true;
      this.onstate("signed_out");
      return;
    }
    this.failures += 1;
    if (!wasOpen && this.failures >= FAILURES_BEFORE_FALLBACK) this.#descend();
    const pause = code === CLOSE_COME_BACK ? FIRST_PAUSE : FIRST_PAUSE * 2 ** Math.min(this.failures - 1, 10);
    this.#soon("connect", Math.min(pause, LONGEST_PAUSE) * (0.5 + this.parts.random()), () => this.#connect());
  }

  #descend() {
    const next = this.rung === "socket" && this.parts.EventSource ? "events" : "poll";
    if (next !== this.rung) this.failures = 0;
    this.rung = next;
    this.onstate(this.rung);
  }

  #climb() {
    this.#cancel("poll");
    this.rung = "socket";
    this.failures = 0;
    this.#connect();
  }

  #disconnect() {
    const old = this.connection;
    this.connection = null;
    this.isOpen = false;
    this.#cancel("ping");
    this.#cancel("silence");
    this.#cancel("climb");
    old?.close();
  }

  #say(message) {
    this.connection.send(JSON.stringify(message));
  }

  #ping() {
    this.#soon("ping", PING_EVERY, () => {
      this.#say({ op: "ping" });
      this.#ping();
    });
  }

  /** A network that went away without a word: the ping's answer is missing. */
  #watchSilence() {
    if (this.rung === "socket" && this.isOpen) this.#soon("silence", SILENCE, () => this.#lost(0));
  }

  #soon(name, milliseconds, action) {
    this.#cancel(name);
    const id = this.parts.setTimeout(() => {
      this.timers.delete(name);
      action();
    }, milliseconds);
    this.timers.set(name, id);
  }

  #cancel(name) {
    this.parts.clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

let shared = null;

/** The page's one line. */
export function live() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  shared ??= new Realtime({ socketUrl: `${scheme}//${location.host}/ws/`, eventsUrl: "/events/" });
  return shared;
}
