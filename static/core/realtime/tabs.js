/**
 * One line for all tabs of a sign-in. The tab that holds the Web Lock of the line's name leads: it has the connection and
 * passes on what it hears over a BroadcastChannel. When it goes, the next in the queue leads, everybody says where they are,
 * and the new line begins there. Each tab holds a lock of its own, too, so that the leader feels when it is gone.
 *
 * On the channel: `{kind: "lead"}`, `{kind: "follow" | "leave", tab, topic, since}`, `{kind: "hear", message, to?}`,
 * `{kind: "state", state}`, `{kind: "poll"}`.
 */
export class SharedLine {
  onmessage = () => {};
  onstate = () => {};
  onpoll = () => {};
  /** Where this tab is in its topics: `[[topic, since], …]`. */
  sinces = () => [];

  /** `name` is the sign-in's own; `makeLine()` gives a fresh Line; `tab` is this tab's id. */
  constructor({ name, makeLine, locks, channel, tab }) {
    Object.assign(this, { name, makeLine, locks, channel, tab });
    this.line = null;
    this.followers = new Map(); // leader: topic → the tabs that follow it
    this.watched = new Set();
    this.leaving = new AbortController();
    channel.onmessage = ({ data }) => this.#read(data);
    this.#enter();
  }

  follow(topic, since = null) {
    if (this.leaving.signal.aborted) return;
    if (this.line) this.#add(this.tab, topic, since);
    else if (this.entered) this.channel.postMessage({ kind: "follow", tab: this.tab, topic, since });
  }

  leave(topic) {
    if (this.leaving.signal.aborted) return;
    if (this.line) this.#drop(this.tab, topic);
    else if (this.entered) this.channel.postMessage({ kind: "leave", tab: this.tab, topic });
  }

  get rung() {
    return this.line?.rung ?? "shared";
  }

  /** Its own lock comes first: a leader that hears of a tab waits for that lock, and takes it for gone when it gets it. */
  #enter() {
    this.#hold(`${this.name}:${this.tab}`, () => {
      this.entered = true;
      this.#sayAll();
      this.#hold(this.name, () => this.#lead());
    });
  }

  /** Holds a lock until this tab ends, or leaves the line. */
  #hold(name, got) {
    const { signal } = this.leaving;
    const held = () => {
      if (signal.aborted) return undefined;
      got();
      return new Promise((release) => signal.addEventListener("abort", () => release()));
    };
    this.locks.request(name, { signal }, held).catch(() => {}); // the wait was given up
  }

  #lead() {
    this.line = this.makeLine();
    this.line.onmessage = (message) => this.#spread({ kind: "hear", message }, () => this.onmessage(message));
    this.line.onpoll = () => this.#spread({ kind: "poll" }, () => this.onpoll());
    this.line.onstate = (state) => this.#spread({ kind: "state", state }, () => this.#turn(state));
    this.channel.postMessage({ kind: "lead" });
    this.#sayAll();
  }

  #spread(words, here) {
    this.channel.postMessage(words);
    here();
  }

  #sayAll() {
    for (const [topic, since] of this.sinces()) this.follow(topic, since);
  }

  /** A sign-in that is over has no line any more; a new one has another name. */
  #turn(state) {
    this.onstate(state);
    if (state !== "signed_out") return;
    this.leaving.abort();
    this.channel.close();
    this.line?.close();
  }

  #read(words) {
    if (words.kind === "lead") this.#sayAll();
    else if (words.kind === "hear" && (!words.to || words.to === this.tab)) this.onmessage(words.message);
    else if (words.kind === "poll") this.onpoll();
    else if (words.kind === "state") this.#turn(words.state);
    else if (this.line && words.kind === "follow") this.#add(words.tab, words.topic, words.since);
    else if (this.line && words.kind === "leave") this.#drop(words.tab, words.topic);
  }

  #add(tab, topic, since) {
    if (!this.followers.has(topic)) this.followers.set(topic, new Set());
    this.followers.get(topic).add(tab);
    this.#watch(tab);
    const at = this.line.places.get(topic) ?? null;
    if (since === null && at !== null) this.#answer(tab, { op: "following", topic, seq: at });
    else this.line.follow(topic, since);
    if (this.line.rung === "poll") this.#spread({ kind: "poll" }, () => {});
  }

  #answer(tab, message) {
    if (tab === this.tab) this.onmessage(message);
    else this.channel.postMessage({ kind: "hear", to: tab, message });
  }

  #drop(tab, topic) {
    const tabs = this.followers.get(topic);
    if (!tabs?.delete(tab) || tabs.size) return;
    this.followers.delete(topic);
    this.line.leave(topic);
  }

  #watch(tab) {
    if (tab === this.tab || this.watched.has(tab)) return;
    this.watched.add(tab);
    const gone = () => {
      this.watched.delete(tab);
      for (const topic of [...this.followers.keys()]) this.#drop(tab, topic);
    };
    this.locks.request(`${this.name}:${tab}`, { signal: this.leaving.signal }, gone).catch(() => {});
  }
}
