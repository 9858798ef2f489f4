import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SharedLine } from "../../static/core/realtime/tabs.js";
import { Realtime } from "../../static/core/realtime.js";

/** Web Locks as the browser has them: one holder of a name, the others in a queue. */
class FakeLocks {
  queues = new Map();
  async request(name, { signal }, action) {
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue);
    await new Promise((granted, refused) => {
      const place = { granted };
      signal?.addEventListener("abort", () => {
        if (queue[0] === place) return;
        queue.splice(queue.indexOf(place), 1);
        refused(new Error("AbortError"));
      });
      queue.push(place);
      if (queue[0] === place) granted();
    });
    const place = queue[0];
    place.release = () => {
      if (queue[0] !== place) return;
      queue.shift();
      queue[0]?.granted();
    };
    await action({});
    place.release();
  }
}

class FakeChannel {
  static all = [];
  constructor(name) {
    this.name = name;
    FakeChannel.all.push(this);
  }
  postMessage(words) {
    for (const other of FakeChannel.all) {
      if (other !== this && other.name === this.name) other.onmessage({ data: structuredClone(words) });
    }
  }
  close() {
    FakeChannel.all = FakeChannel.all.filter((one) => one !== this);
  }
}

/** The hub: events with numbers, and lines that read on from where they are. */
class FakeHub {
  events = new Map();
  lines = [];
  publish(topic) {
    const list = this.events.get(topic) ?? [];
    this.events.set(topic, list);
    list.push({ topic, seq: list.length + 1, type: "changed" });
    for (const line of this.lines) line.deliver(topic);
  }
}

class FakeLine {
  places = new Map();
  rung = "socket";
  constructor(hub) {
    this.hub = hub;
    hub.lines.push(this);
  }
  follow(topic, since) {
    const newest = this.hub.events.get(topic)?.length ?? 0;
    const place = this.places.get(topic);
    if (place !== undefined && (since === null || since >= place)) return;
    this.places.set(topic, since ?? newest);
    this.onmessage({ op: "following", topic, seq: newest });
    this.deliver(topic);
  }
  leave(topic) {
    this.places.delete(topic);
  }
  deliver(topic) {
    while (this.places.has(topic) && this.places.get(topic) < (this.hub.events.get(topic)?.length ?? 0)) {
      const event = this.hub.events.get(topic)[this.places.get(topic)];
      this.places.set(topic, event.seq);
      this.onmessage(event);
    }
  }
  close() {
    this.hub.lines = this.hub.lines.filter((one) => one !== this);
  }
}

let hub;
let locks;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function tab(id, name = "line") {
  const channel = new FakeChannel(name);
  const makeLine = () => new FakeLine(hub);
  const wire = new SharedLine({ name, tab: id, locks, channel, makeLine });
  const line = new Realtime(wire);
  return { id, name, channel, wire, line, heard: [], states: [] };
}

function listen(one, topic, options) {
  return one.line.follow(topic, (message) => one.heard.push(message.seq ?? message.type), options);
}

/** The browser throws a tab away: its locks go, nothing of it is heard any more. */
async function close(one) {
  one.channel.close();
  if (one.wire.line) one.wire.line.close();
  for (const name of [`${one.name}:${one.id}`, one.name]) {
    const queue = locks.queues.get(name) ?? [];
    if (name === one.name && !one.wire.line) continue;
    queue[0]?.release();
  }
  await settled();
}

beforeEach(() => {
  hub = new FakeHub();
  locks = new FakeLocks();
  FakeChannel.all = [];
});

test("two tabs hold one line and hear the same", async () => {
  const [first, second] = [tab("a"), tab("b")];
  listen(first, "me");
  listen(second, "me");
  await settled();
  hub.publish("me");
  hub.publish("me");
  assert.equal(hub.lines.length, 1);
  assert.deepEqual(
    [first.heard, second.heard],
    [
      [1, 2],
      [1, 2],
    ],
  );
});

test("each tab hears only what it follows, and the line follows what any of them does", async () => {
  const [first, second] = [tab("a"), tab("b")];
  listen(first, "job:1");
  const leave = listen(second, "job:2");
  await settled();
  hub.publish("job:1");
  hub.publish("job:2");
  assert.deepEqual([first.heard, second.heard], [[1], [1]]);
  assert.deepEqual([...hub.lines[0].places.keys()].sort(), ["job:1", "job:2"]);
  leave();
  assert.deepEqual([...hub.lines[0].places.keys()], ["job:1"]);
});

test("closing the leader hands over, and what happens in between is heard once", async () => {
  const [first, second, third] = [tab("a"), tab("b"), tab("c")];
  for (const one of [first, second, third]) listen(one, "me");
  await settled();
  hub.publish("me");
  const [leader, ...others] = [first, second, third].sort((one) => (one.wire.line ? -1 : 1));
  leader.channel.close();
  leader.wire.line.close();
  hub.publish("me");
  hub.publish("me");
  await close(leader);
  hub.publish("me");
  assert.equal(hub.lines.length, 1);
  for (const one of others) assert.deepEqual(one.heard, [1, 2, 3, 4]);
});

test("a tab that was further than the next leader loses nothing to it, nor the other way round", async () => {
  const [first, second] = [tab("a"), tab("b")];
  listen(first, "me");
  await settled();
  for (let i = 0; i < 5; i++) hub.publish("me");
  listen(second, "me", { since: 2 });
  await settled();
  hub.publish("me");
  assert.deepEqual(second.heard, [3, 4, 5, 6]);
  assert.deepEqual(first.heard, [1, 2, 3, 4, 5, 6]);
});

test("a tab that is gone takes along what only it followed", async () => {
  const [first, second] = [tab("a"), tab("b")];
  listen(first, "me");
  listen(second, "job:2");
  await settled();
  assert.deepEqual([...hub.lines[0].places.keys()].sort(), ["job:2", "me"]);
  const [leader, member] = first.wire.line ? [first, second] : [second, first];
  await close(member);
  assert.equal(hub.lines[0].places.size, 1);
  assert.ok(leader.wire.line);
});

test("a tab that comes later is told that the line is there", async () => {
  const [first, second] = [tab("a"), tab("b")];
  listen(first, "me");
  await settled();
  let joined = 0;
  listen(second, "me", { joined: () => joined++ });
  await settled();
  assert.equal(joined, 1);
});

test("other sign-ins have a line of their own", async () => {
  const [first, second] = [tab("a", "line:olive"), tab("b", "line:sven")];
  listen(first, "me");
  listen(second, "me");
  await settled();
  assert.equal(hub.lines.length, 2);
});

test("a sign-in that is over ends the line in every tab, and nobody opens it again", async () => {
  const [first, second] = [tab("a"), tab("b")];
  for (const one of [first, second]) {
    one.line.onstate = (state) => one.states.push(state);
    listen(one, "me");
  }
  await settled();
  hub.lines[0].onstate("signed_out");
  await settled();
  assert.deepEqual([first.states, second.states], [["signed_out"], ["signed_out"]]);
  assert.equal(hub.lines.length, 0);
  for (const one of [first, second]) listen(one, "job:9");
  assert.equal(hub.lines.length, 0);
});

test("where there is only polling the leader's clock moves every tab", async () => {
  const [first, second] = [tab("a"), tab("b")];
  const polled = [];
  for (const one of [first, second]) one.line.follow("me", () => {}, { poll: () => polled.push(one.id) });
  await settled();
  hub.lines[0].onpoll();
  assert.deepEqual(polled.sort(), ["a", "b"]);
});
