import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, parseTime, spoken, startPosition } from "../../static/web/player/time.js";

test("a length is written as a clock", () => {
  assert.deepEqual([0, 9.9, 62, 3723, 36000].map(clock), ["0:00", "0:09", "1:02", "1:02:03", "10:00:00"]);
  assert.equal(clock(Number.NaN), "0:00");
  assert.equal(clock(-3), "0:00");
});

test("a length is spoken in words", () => {
  assert.equal(spoken(1), "1 second");
  assert.equal(spoken(0), "0 seconds");
  assert.equal(spoken(62), "1 minute 2 seconds");
  assert.equal(spoken(3600), "1 hour");
});

test("the time of a link is read in the ways people write it", () => {
  assert.equal(parseTime("90"), 90);
  assert.equal(parseTime("90s"), 90);
  assert.equal(parseTime("1m30s"), 90);
  assert.equal(parseTime("1h2m3s"), 3723);
  assert.equal(parseTime("1h"), 3600);
  for (const nonsense of ["", null, "later", "1x", "-5", "1s2m"]) assert.equal(parseTime(nonsense), null);
});

test("a player begins at the link's time, else where the person stopped, else at the beginning", () => {
  const durationMs = 100_000;
  assert.equal(startPosition({ query: "?t=30", resumeMs: 50_000, durationMs }), 30);
  assert.equal(startPosition({ query: "", resumeMs: 50_000, durationMs }), 50);
  assert.equal(startPosition({ query: "", resumeMs: 96_000, durationMs }), 0);
  assert.equal(startPosition({ query: "?t=0", resumeMs: 50_000, durationMs }), 0);
  assert.equal(startPosition({ query: "?t=2h", resumeMs: 0, durationMs }), 100);
  assert.equal(startPosition({ query: "", resumeMs: undefined, durationMs: 0 }), 0);
});
