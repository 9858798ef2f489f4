import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Trouble } from "../../static/web/upload/site.js";
import { State, summary } from "../../static/web/upload/states.js";
import { Uploads } from "../../static/web/upload/uploads.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const idOf = (number) => `0197aaaa-0000-7000-8000-${String(number).padStart(12, "0")}`;
const file = (name = "a.mp4", size = 100) => ({ name, size, type: "video/mp4" });
const picked = (...files) => files.map((one) => ({ file: one, handle: null }));

let transfers;
let site;
let held;
let locked;
let topics;
let later;
let uploads;
const transferOf = (name) => transfers.findLast((one) => one.file.name === name);
const states = () => uploads.entries.map((entry) => entry.state);

function fakeTransfer({ file, url, metadata, on }) {
  const one = { file, url, metadata, on, stopped: false, hurried: 0 };
  transfers.push(one);
  return {
    stop: () => {
      one.stopped = true;
    },
    hurry: () => {
      one.hurried += 1;
    },
  };
}

class FakeHeld {
  records = new Map();
  all = async () => [...this.records.values()];
  keep = async (record) => this.records.set(record.id, record);
  drop = async (id) => this.records.delete(id);
}

function makeSite() {
  const asked = [];
  return {
    asked,
    uploads: new Map(),
    items: new Map(),
    waiting: [],
    unfinished: async () => site.waiting,
    async readUpload(id) {
      if (!site.uploads.has(id)) throw new Trouble("gone", { status: 404 });
      return site.uploads.get(id);
    },
    readItem: async (id) => site.items.get(id),
    async renameItem(id, title) {
      asked.push(["rename", id, title]);
      return Object.assign(site.items.get(id), { title });
    },
    terminate: async (url) => asked.push(["terminate", url]),
  };
}

beforeEach(() => {
  transfers = [];
  site = makeSite();
  held = new FakeHeld();
  locked = new Set();
  topics = new Map();
  later = [];
  uploads = new Uploads({
    site,
    held,
    transfer: fakeTransfer,
    locks: {
      async hold(id) {
        if (locked.has(id)) return null;
        locked.add(id);
        return () => locked.delete(id);
      },
      isHeld: async (id) => locked.has(id),
    },
    follow(topic, handler) {
      topics.set(topic, handler);
      return () => topics.delete(topic);
    },
    later: (action) => later.push(action),
    now: () => 0,
  });
});

test("three are sent at once, the others wait, and the next begins when one is through", async () => {
  uploads.add(picked(...["a", "b", "c", "d", "e"].map((name) => file(`${name}.mp4`))));
  assert.deepEqual(states(), ["sending", "sending", "sending", "queued", "queued"]);
  site.uploads.set(idOf(1), { state: "checking" });
  transferOf("b.mp4").on.begun(`/api/v1/uploads/${idOf(1)}/`);
  transferOf("b.mp4").on.arrived();
  await settled();
  assert.deepEqual(states(), ["sending", "checking", "sending", "sending", "queued"]);
});

test("a pause keeps what is sent, frees the place, and goes on from there", async () => {
  uploads.add(picked(file("a.mp4"), file("b.mp4"), file("c.mp4"), file("d.mp4")));
  const [first] = uploads.entries;
  transferOf("a.mp4").on.begun(`http://x/api/v1/uploads/${idOf(1)}/`);
  transferOf("a.mp4").on.moved(60);
  await settled();
  uploads.pause(first);
  assert.ok(transfers[0].stopped);
  assert.deepEqual(states(), ["paused", "sending", "sending", "sending"]);
  assert.equal(locked.size, 0);
  uploads.pauseAll();
  assert.deepEqual(states(), ["paused", "paused", "paused", "paused"]);
  uploads.resumeAll();
  await settled();
  assert.equal(transferOf("a.mp4").url, `http://x/api/v1/uploads/${idOf(1)}/`);
  assert.equal(summary(uploads.entries).sent, 60);
});

test("a cut is waited out, and the network's return is used at once", () => {
  uploads.add(picked(file()));
  transfers[0].on.moved(10);
  transfers[0].on.waits();
  assert.deepEqual(states(), ["lost"]);
  uploads.sending.hurry();
  assert.equal(transfers[0].hurried, 1);
  transfers[0].on.moved(20);
  assert.deepEqual(states(), ["sending"]);
});

test("a refusal is shown and can be tried again; one that will not change cannot", () => {
  uploads.add(picked(file("a.mp4"), file("b.mp4")));
  transferOf("a.mp4").on.failed(new Trouble("Sign in again.", { status: 401, signIn: true }));
  transferOf("b.mp4").on.failed(new Trouble("No media.", { status: 415 }));
  assert.deepEqual(states(), ["failed", "failed"]);
  uploads.resumeAll();
  assert.deepEqual(states(), ["sending", "failed"]);
});

test("what the site has forgotten begins at the first byte", async () => {
  uploads.add(picked(file()));
  transfers[0].on.begun(`/api/v1/uploads/${idOf(1)}/`);
  transfers[0].on.moved(50);
  transfers[0].on.failed(new Trouble("Gone.", { status: 410 }));
  uploads.resume(uploads.entries[0]);
  await settled();
  assert.equal(transfers[1].url, null);
  assert.equal(uploads.entries[0].offset, 0);
});

test("a file that cannot be read any more is asked for", () => {
  uploads.add(picked(file()));
  transfers[0].on.failed(new Trouble("Choose it again.", { unreadable: true }));
  assert.deepEqual(states(), [State.UNHELD]);
  assert.equal(uploads.give(uploads.entries[0], file("b.mp4"), null), false);
  assert.equal(uploads.give(uploads.entries[0], file("a.mp4"), null), true);
  assert.deepEqual(states(), ["sending"]);
});

test("an empty file is never sent", () => {
  uploads.add(picked(file("a.mp4", 0)));
  assert.deepEqual([states(), transfers.length], [["failed"], 0]);
  uploads.clearOver();
  assert.deepEqual(states(), []);
});

test("removing takes back what the site has, unless it has everything", async () => {
  uploads.add(picked(file("a.mp4"), file("b.mp4")));
  transferOf("a.mp4").on.begun("/api/v1/uploads/one/");
  site.uploads.set(idOf(2), { state: "checking" });
  transferOf("b.mp4").on.begun(`/api/v1/uploads/${idOf(2)}/`);
  transferOf("b.mp4").on.arrived();
  await settled();
  const [first, second] = uploads.entries;
  await uploads.remove(first);
  await uploads.remove(second);
  assert.deepEqual(site.asked, [["terminate", "/api/v1/uploads/one/"]]);
  assert.ok(transfers[0].stopped);
});

test("a title that is changed while it runs is given to the item as soon as there is one", async () => {
  uploads.add(picked(file("my_film.mp4")));
  assert.equal(transfers[0].metadata.title, "my film");
  transfers[0].on.begun(`/api/v1/uploads/${idOf(1)}/`);
  await uploads.rename(uploads.entries[0], "My film ");
  assert.equal(held.records.get(idOf(1)).title, "My film");
  site.items.set("item", { state: "preparing", title: "my film", url: "/i/x/" });
  site.uploads.set(idOf(1), { state: "done", item_id: "item", job_id: "job" });
  transfers[0].on.arrived();
  await settled();
  assert.deepEqual(site.asked, [["rename", "item", "My film"]]);
  assert.deepEqual([uploads.entries[0].title, states()[0]], ["My film", "preparing"]);
});

test("preparation is followed live until the item is ready", async () => {
  uploads.add(picked(file()));
  transfers[0].on.begun(`/api/v1/uploads/${idOf(1)}/`);
  site.items.set("item", { state: "preparing", title: "a", url: "/i/x/" });
  site.uploads.set(idOf(1), { state: "done", item_id: "item", job_id: "job" });
  transfers[0].on.arrived();
  await settled();
  const hear = topics.get("item:item");
  hear({ type: "job.progress", job: "job", stage: "Encoding", done: 30, total: 60 });
  hear({ type: "job.progress", job: "another", done: 1, total: 100 });
  assert.deepEqual([uploads.entries[0].stage, uploads.entries[0].percent], ["Encoding", 50]);
  site.items.get("item").state = "ready";
  hear({ type: "item.ready" });
  hear({ type: "item.changed" });
  assert.equal(later.length, 1);
  later.pop()();
  await settled();
  assert.deepEqual([states(), topics.size, held.records.size], [["ready"], 0, 0]);
});

test("what is wrong with the content is told in the site's words", async () => {
  uploads.add(picked(file()));
  transfers[0].on.begun(`/api/v1/uploads/${idOf(1)}/`);
  site.uploads.set(idOf(1), { state: "failed", error: { code: "not_media", message: "This is no film." } });
  transfers[0].on.arrived();
  await settled();
  const [entry] = uploads.entries;
  assert.deepEqual([entry.state, entry.trouble.message, entry.resumable], ["failed", "This is no film.", false]);
});

const waiting = (number, more = {}) => ({
  id: idOf(number),
  url: `/api/v1/uploads/${idOf(number)}/`,
  state: "receiving",
  filename: "a.mp4",
  title: "A",
  size_bytes: 100,
  offset: 40,
  ...more,
});

test("after a reload it goes on at once where the file is remembered, and asks for it elsewhere", async () => {
  site.waiting = [waiting(1), waiting(2), waiting(3)];
  const handle = (granted) => ({ queryPermission: async () => granted, getFile: async () => file() });
  held.records.set(idOf(1), { id: idOf(1), handle: handle("granted"), title: "Mine", titleWaits: true });
  held.records.set(idOf(2), { id: idOf(2), handle: handle("prompt") });
  await uploads.restore();
  await settled();
  assert.deepEqual(states().sort(), ["sending", "unheld", "unheld"]);
  assert.deepEqual([transfers[0].url, uploads.find(uploads.entries[0].key).title], [site.waiting[0].url, "Mine"]);
});

test("a handle that leads to other bytes is not used", async () => {
  site.waiting = [waiting(1)];
  held.records.set(idOf(1), { id: idOf(1), handle: { getFile: async () => file("a.mp4", 101) } });
  await uploads.restore();
  assert.deepEqual([states(), transfers.length], [["unheld"], 0]);
});

test("choosing a file that an unfinished upload waits for goes on with it", async () => {
  site.waiting = [waiting(1)];
  await uploads.restore();
  uploads.add(picked(file("a.mp4", 99), file("a.mp4", 100)));
  await settled();
  assert.deepEqual(states(), ["sending", "sending"]);
  assert.deepEqual(new Set(transfers.map((one) => one.url)), new Set([site.waiting[0].url, null]));
});

test("a file is known again by the name that the site keeps, however this system writes it", async () => {
  const names = { "\u00c5lesund.mp4": "A\u030alesund.mp4", "evilgnp.mp4": "evil\u202egnp.mp4" };
  site.waiting = Object.keys(names).map((filename, place) => waiting(place + 1, { filename }));
  await uploads.restore();
  uploads.add(picked(...Object.values(names).map((name) => file(name, 100))));
  await settled();
  assert.deepEqual(new Set(transfers.map((one) => one.url)), new Set(site.waiting.map((one) => one.url)));
});

test("what another tab sends is left to it", async () => {
  site.waiting = [waiting(1)];
  locked.add(idOf(1));
  await uploads.restore();
  assert.deepEqual(states(), ["elsewhere"]);
});

test("what ended while the page was away is told, and forgotten when the site knows nothing of it", async () => {
  held.records.set(idOf(1), { id: idOf(1), title: "New title", titleWaits: true });
  held.records.set(idOf(2), { id: idOf(2) });
  site.uploads.set(idOf(1), { ...waiting(1), state: "done", item_id: "item", job_id: "job" });
  site.items.set("item", { state: "ready", title: "A", url: "/i/x/" });
  await uploads.restore();
  assert.deepEqual(site.asked, [["rename", "item", "New title"]]);
  assert.deepEqual([states(), held.records.size], [["ready"], 0]);
});

test("an upload that another device finishes is taken off the waiting ones", async () => {
  site.waiting = [waiting(1)];
  await uploads.restore();
  site.uploads.set(idOf(1), { ...waiting(1), state: "done", item_id: "item", job_id: "job" });
  site.items.set("item", { state: "ready", title: "A", url: "/i/x/" });
  uploads.heard({ type: "upload.changed", id: idOf(1) });
  await settled();
  assert.deepEqual(states(), ["ready"]);
});

test("where nothing is heard, or too much was missed, it asks", async () => {
  uploads.add(picked(file("a.mp4"), file("b.mp4")));
  site.uploads.set(idOf(1), { ...waiting(1), state: "checking" });
  transferOf("a.mp4").on.begun(`/api/v1/uploads/${idOf(1)}/`);
  transferOf("a.mp4").on.arrived();
  await settled();
  assert.deepEqual(states(), ["checking", "sending"]);
  Object.assign(site.uploads.get(idOf(1)), { state: "failed", error: { code: "x", message: "This is no film." } });
  uploads.heard({ type: "resync" });
  await settled();
  assert.deepEqual(states(), ["failed", "sending"]);
});
