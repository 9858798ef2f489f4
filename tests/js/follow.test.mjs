import assert from "node:assert/strict";
import { test } from "node:test";
import { Growth } from "../../static/web/player/growth.js";
import { calmly } from "../../static/web/shell/calmly.js";
import { topicsOf } from "../../static/web/shell/follow.js";

test("topics are read from elements, each once", () => {
  const elements = [
    { dataset: { follow: "job:1 item:2" } },
    { dataset: { follow: " item:2\n" } },
    { dataset: { follow: "" } },
  ];
  assert.deepEqual([...topicsOf(elements)], ["job:1", "item:2"]);
});

test("a stream that grows is looked at when its line is there and when it tells something, never by the clock", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const told = [];
  const line = { left: 0 };
  globalThis.document = { querySelector: () => null };
  globalThis[Symbol.for("bandstand.live")] = {
    follow(topic, handler, options) {
      Object.assign(line, { topic, handler, ...options });
      return () => {
        line.left += 1;
      };
    },
  };
  new Growth("item:1", { changed: () => told.push("changed"), ended: () => told.push("ended") });
  context.mock.timers.tick(3_600_000);
  assert.deepEqual([line.topic, told], ["item:1", []]);
  line.joined();
  line.poll();
  line.handler({ type: "stream.grew" });
  line.handler({ type: "job.progress" });
  assert.deepEqual(told, ["changed", "changed", "changed"]);
  line.handler({ type: "stream.published" });
  assert.deepEqual([told.at(-1), line.left], ["ended", 1]);
});

test("a burst of news is told at once and once more at its end", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let told = 0;
  const tell = calmly(() => {
    told += 1;
  }, 500);
  for (let i = 0; i < 20; i++) tell();
  assert.equal(told, 1);
  context.mock.timers.tick(500);
  assert.equal(told, 2);
  context.mock.timers.tick(500);
  assert.equal(told, 2);
  tell();
  assert.equal(told, 3);
});
