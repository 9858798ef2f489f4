import assert from "node:assert/strict";
import { test } from "node:test";
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
