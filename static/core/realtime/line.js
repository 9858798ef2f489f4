/**
 * One connection to the hub for all topics: a socket, else an event stream, else none (then `onpoll` is called now and then).
 *
 * It knows for each topic the newest number that it has passed on, and begins there again however often it is cut.
 * `onmessage` gets what the hub says, `onstate` the rung (`socket`, `events`, `poll`), `away` or `signed_out`.
 */
import { Timers } from "./timers.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const PING_EVERY = 25_000;
const SILENCE = 60_000;
const POLL_EVERY = 10_000;
const FAILURES_BEFORE_FALLBACK = 2;
const BACK_TO_SOCKET_AFTER = 120_000;
const CLOSE_COME_BACK = 4000;
const CLOSE_SIGNED_OUT = 4403;

/** What the browser brings; tests bring their own. */
export const browserParts = {
  WebSocket: globalThis.WebSocket,
  EventSource: globalThis.EventSource,
  setTimeout: (...all) => globalThis.setTimeout(...all),
  clearTimeout: (id) => globalThis.clearTimeout(id),
  random: Math.random,
};

export class Line {
  onmessage = () => {};
  onstate = () => {};
  onpoll = () => {};

  constructor({ socketUrl, eventsUrl, parts = {} }) {
    this.socketUrl = socketUrl;
    this.eventsUrl = eventsUrl;
    this.parts = { ...browserParts, ...parts };
    this.timers = new Timers(this.parts);
    this.places = new Map();
    this.rung = "socket";
    this.connection = null;
    this.isOpen = false;
    this.failures = 0;
    this.signedOut = false;
  }

  /** From `since` on, where it is known. A topic that is followed already is read again from there, if that is earlier. */
  follow(topic, since = null) {
    const place = this.places.get(topic);
    if (this.places.has(topic) && (since === null || (place !== null && since >= place))) return;
    this.places.set(topic, since);
    if (this.rung === "socket" && this.isOpen) this.#say({ op: "follow", topic, since });
    else if (this.rung === "events") this.timers.soon("connect", 50, () => this.#connect());
    else if (this.rung === "poll") this.#poll();
    else if (!this.connection && !this.timers.has("connect")) this.#connect();
  }

  leave(topic) {
    if (!this.places.delete(topic)) return;
    if (this.rung === "socket" && this.isOpen) this.#say({ op: "unfollow", topic });
    if (this.places.size === 0) this.close();
  }

  close() {
    this.timers.cancelAll();
    this.#disconnect();
    this.places.clear();
  }

  #receive(message) {
    this.#watchSilence();
    if (message.op === "signed_out") return this.#lost(CLOSE_SIGNED_OUT);
    if (!this.places.has(message.topic)) return undefined;
    const place = this.places.get(message.topic);
    if (message.op === "refused") this.places.delete(message.topic);
    else if (message.op === "following") this.places.set(message.topic, place ?? message.seq);
    else if (message.seq !== undefined) {
      if (message.op !== "resync" && place !== null && message.seq <= place) return undefined;
      this.places.set(message.topic, message.seq);
    }
    return this.onmessage(message);
  }

  #connect() {
    this.timers.cancel("connect");
    this.#disconnect();
    if (this.places.size === 0 || this.signedOut) return;
    if (this.rung === "socket") this.#openSocket();
    else if (this.rung === "events") this.#openStream();
    else this.#poll();
  }

  #openSocket() {
    const socket = new this.parts.WebSocket(this.socketUrl);
    this.connection = socket;
    socket.onopen = () => {
      this.#opened();
      for (const [topic, since] of this.places) this.#say({ op: "follow", topic, since });
      this.#ping();
      this.#watchSilence();
    };
    socket.onmessage = (event) => this.connection === socket && this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.connection === socket && this.#lost(event.code);
  }

  #openStream() {
    const url = new URL(this.eventsUrl, "http://site");
    const last = new URLSearchParams();
    for (const [topic, seq] of this.places) {
      url.searchParams.append("topic", topic);
      if (seq !== null) last.append(topic, seq);
    }
    url.searchParams.set("last", last.toString());
    const stream = new this.parts.EventSource(url.pathname + url.search);
    this.connection = stream;
    stream.onopen = () => this.#opened();
    stream.onmessage = (event) => this.connection === stream && this.#receive(JSON.parse(event.data));
    stream.onerror = () => this.connection === stream && this.#lost(0);
    this.timers.soon("climb", BACK_TO_SOCKET_AFTER, () => this.#climb());
  }

  #poll() {
    this.onpoll();
    this.timers.soon("poll", POLL_EVERY, () => this.#poll());
    if (!this.timers.has("climb")) this.timers.soon("climb", BACK_TO_SOCKET_AFTER, () => this.#climb());
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
      this.timers.cancelAll();
      this.onstate("signed_out");
      return;
    }
    this.failures += 1;
    if (!wasOpen && this.failures >= FAILURES_BEFORE_FALLBACK) this.#descend();
    const pause = code === CLOSE_COME_BACK ? FIRST_PAUSE : FIRST_PAUSE * 2 ** Math.min(this.failures - 1, 10);
    const jitter = 0.5 + this.parts.random();
    this.timers.soon("connect", Math.min(pause, LONGEST_PAUSE) * jitter, () => this.#connect());
  }

  #descend() {
    const next = this.rung === "socket" && this.parts.EventSource ? "events" : "poll";
    if (next !== this.rung) this.failures = 0;
    this.rung = next;
    this.onstate(this.rung);
  }

  #climb() {
    this.timers.cancel("poll");
    this.rung = "socket";
    this.failures = 0;
    this.#connect();
  }

  #disconnect() {
    const old = this.connection;
    this.connection = null;
    this.isOpen = false;
    for (const name of ["ping", "silence", "climb"]) this.timers.cancel(name);
    old?.close();
  }

  #say(message) {
    this.connection.send(JSON.stringify(message));
  }

  #ping() {
    this.timers.soon("ping", PING_EVERY, () => {
      this.#say({ op: "ping" });
      this.#ping();
    });
  }

  /** A network that went away without a word: the ping's answer is missing. */
  #watchSilence() {
    if (this.rung === "socket" && this.isOpen) this.timers.soon("silence", SILENCE, () => this.#lost(0));
  }
}
