import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Line } from "../../static/core/realtime/line.js";
import { Realtime } from "../../static/core/realtime.js";
import { Clock } from "./clock.mjs";

let clock;
let sockets;
let streams;
let line;
let wire;
let heard;
const last = (list) => list[list.length - 1];

class FakeSocket {
  said = [];
  closed = false;
  constructor(url) {
    this.url = url;
    sockets.push(this);
  }
  send(text) {
    this.said.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  hear(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  cut(code = 1006) {
    this.onclose({ code });
  }
}

class FakeStream {
  closed = false;
  constructor(url) {
    this.url = url;
    streams.push(this);
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  clock = new Clock();
  sockets = [];
  streams = [];
  heard = [];
  const parts = { WebSocket: FakeSocket, EventSource: FakeStream, random: () => 0.5, ...clock };
  wire = new Line({ socketUrl: "ws://x/ws/", eventsUrl: "/events/", parts });
  line = new Realtime(wire);
});

const event = (seq, topic = "job:1") => ({ topic, seq, type: "changed", id: "a", version: seq, at: "" });

test("a topic is followed once the socket is open, from where the page is", () => {
  line.follow("job:1", () => {}, { since: 7 });
  line.follow("me", () => {});
  sockets[0].onopen();
  assert.deepEqual(sockets[0].said, [
    { op: "follow", topic: "job:1", since: 7 },
    { op: "follow", topic: "me", since: null },
  ]);
  assert.equal(sockets.length, 1);
});

test("a cut line resumes after the last number and shows nothing twice", () => {
  line.follow("job:1", (message) => heard.push(message.seq));
  sockets[0].onopen();
  sockets[0].hear({ op: "following", topic: "job:1", seq: 3 });
  sockets[0].hear(event(4));
  sockets[0].hear(event(5));
  sockets[0].cut();
  clock.pass(60_000);
  assert.equal(sockets.length, 2);
  sockets[1].onopen();
  assert.deepEqual(sockets[1].said, [{ op: "follow", topic: "job:1", since: 5 }]);
  sockets[1].hear({ op: "following", topic: "job:1", seq: 6 });
  sockets[1].hear(event(5));
  sockets[1].hear(event(6));
  assert.deepEqual(heard, [4, 5, 6]);
});

test("what the old socket still says after a cut is not heard", () => {
  line.follow("job:1", (message) => heard.push(message.seq));
  sockets[0].onopen();
  sockets[0].cut();
  sockets[0].hear(event(1));
  assert.deepEqual(heard, []);
});

test("the pauses between attempts grow, with jitter, to half a minute", () => {
  wire.parts.EventSource = undefined;
  line.follow("job:1", () => {});
  const pauses = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    last(sockets).onopen();
    wire.failures = attempt;
    const before = clock.now;
    last(sockets).cut();
    const count = sockets.length;
    while (sockets.length === count) clock.pass(10);
    pauses.push(clock.now - before);
  }
  assert.deepEqual(
    pauses,
    [...pauses].sort((a, b) => a - b),
  );
  assert.equal(last(pauses), 30_000);
});

test("passing states, resync and refusal reach the handler", () => {
  line.follow("job:1", (message) => heard.push(message));
  sockets[0].onopen();
  sockets[0].hear({ topic: "job:1", type: "progress", done: 3 });
  sockets[0].hear({ op: "resync", topic: "job:1", seq: 90 });
  sockets[0].hear(event(90));
  sockets[0].hear(event(91));
  sockets[0].hear({ op: "refused", topic: "job:1", code: "not_allowed" });
  sockets[0].hear(event(92));
  assert.deepEqual(
    heard.map((message) => message.seq ?? message.done ?? message.code),
    [3, 90, 91, "not_allowed"],
  );
});

test("two handlers share one topic, and the last one to go ends it", () => {
  const stopFirst = line.follow("job:1", () => heard.push("first"));
  const stopSecond = line.follow("job:1", () => heard.push("second"));
  line.follow("me", () => {});
  sockets[0].onopen();
  sockets[0].hear(event(1));
  stopFirst();
  sockets[0].hear(event(2));
  stopSecond();
  sockets[0].hear(event(3));
  assert.deepEqual(heard, ["first", "second", "second"]);
  assert.deepEqual(last(sockets[0].said), { op: "unfollow", topic: "job:1" });
});

test("without any topic the line is closed, and opened again for the next", () => {
  line.follow("job:1", () => {})();
  assert.ok(sockets[0].closed);
  assert.equal(clock.waiting.size, 0);
  line.follow("job:2", () => {});
  assert.equal(sockets.length, 2);
});

test("where sockets are blocked the same events come as a stream, resumed by number", () => {
  line.follow("job:1", (message) => heard.push(message.seq), { since: 4 });
  sockets[0].cut();
  clock.pass(5_000);
  sockets[1].cut();
  clock.pass(5_000);
  assert.equal(streams[0].url, "/events/?topic=job%3A1&last=job%253A1%3D4");
  streams[0].onopen();
  streams[0].onmessage({ data: JSON.stringify(event(5)) });
  streams[0].onerror();
  clock.pass(5_000);
  assert.equal(streams[1].url, "/events/?topic=job%3A1&last=job%253A1%3D5");
  streams[1].onopen();
  streams[1].onmessage({ data: JSON.stringify(event(5)) });
  streams[1].onmessage({ data: JSON.stringify(event(6)) });
  assert.deepEqual(heard, [5, 6]);
});

test("where nothing else works the page is asked to poll, and sockets are tried again later", () => {
  let polls = 0;
  line.follow("job:1", () => {}, { poll: () => polls++ });
  for (let attempt = 0; attempt < 2; attempt++) {
    last(sockets).cut();
    clock.pass(5_000);
  }
  for (let attempt = 0; attempt < 2; attempt++) {
    last(streams).onerror();
    clock.pass(5_000);
  }
  assert.equal(wire.rung, "poll");
  assert.equal(polls, 1);
  clock.pass(60_000);
  assert.equal(polls, 7);
  clock.pass(60_000);
  assert.equal(sockets.length, 3);
  assert.equal(wire.rung, "socket");
});

test("a signed-out page stays quiet", () => {
  const states = [];
  line.onstate = (state) => states.push(state);
  line.follow("me", () => {});
  sockets[0].onopen();
  sockets[0].cut(4403);
  clock.pass(600_000);
  assert.equal(sockets.length, 1);
  assert.equal(last(states), "signed_out");
});

test("a network that went away without a word is noticed by the missing answer", () => {
  line.follow("me", () => {});
  sockets[0].onopen();
  clock.pass(30_000);
  assert.deepEqual(last(sockets[0].said), { op: "ping" });
  sockets[0].hear({ op: "pong" });
  clock.pass(45_000);
  assert.equal(sockets.length, 1);
  clock.pass(30_000);
  assert.equal(sockets.length, 2);
});

test("who follows without knowing where is told once when the line is there, however often it is cut", () => {
  let joined = 0;
  line.follow("job:1", () => {}, { joined: () => joined++ });
  sockets[0].onopen();
  assert.equal(joined, 0);
  sockets[0].hear({ op: "following", topic: "job:1", seq: 3 });
  sockets[0].cut();
  clock.pass(5_000);
  sockets[1].onopen();
  sockets[1].hear({ op: "following", topic: "job:1", seq: 3 });
  assert.equal(joined, 1);
});

test("a second part of the page that follows the same topic is told at once", async () => {
  let joined = 0;
  line.follow("job:1", () => {});
  sockets[0].onopen();
  sockets[0].hear({ op: "following", topic: "job:1", seq: 3 });
  line.follow("job:1", () => {}, { joined: () => joined++ });
  await null;
  assert.equal(joined, 1);
});

test("a stream that says that the sign-in is over is not opened again", () => {
  wire.rung = "events";
  line.follow("me", () => {});
  clock.pass(100);
  streams[0].onopen();
  streams[0].onmessage({ data: JSON.stringify({ op: "signed_out" }) });
  clock.pass(600_000);
  assert.equal(streams.length, 1);
});
