import assert from "node:assert/strict";
import { test } from "node:test";
import { lastBegun, placesOf } from "../../static/web/player/transcript.js";

test("the line that is heard is the last one that has begun", () => {
  const starts = [0.5, 2, 2, 61.5];
  assert.deepEqual(
    [0, 0.5, 1.99, 2, 61.4, 61.5, 9999].map((at) => lastBegun(starts, at)),
    [-1, 0, 2, 2, 2, 3, 3],
  );
  assert.equal(lastBegun([], 4), -1);
});

test("words are found whatever their case, and no words are found nowhere", () => {
  assert.deepEqual(placesOf("The boats. THE BOAT!", " boat "), [4, 15]);
  assert.deepEqual(placesOf("aaaa", "aa"), [0, 2]);
  assert.deepEqual(placesOf("The boats", "  "), []);
  assert.deepEqual(placesOf("The boats", "a.*s"), []);
});
