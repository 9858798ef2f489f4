import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf } from "../../static/web/player/keys.js";

const page = { tagName: "BODY" };

test("keys mean what people expect", () => {
  const verbs = Object.fromEntries(
    [" ", "k", "K", "j", "l", "m", "f"].map((key) => [key, meaningOf({ key, target: page })]),
  );
  assert.equal(verbs[" "].verb, "toggle");
  assert.equal(verbs.k.verb, "toggle");
  assert.equal(verbs.K.verb, "toggle");
  assert.deepEqual(verbs.j, { verb: "skip", value: -10 });
  assert.deepEqual(verbs.l, { verb: "skip", value: 10 });
  assert.deepEqual(meaningOf({ key: "ArrowLeft", target: page }), { verb: "skip", value: -5 });
  assert.deepEqual(meaningOf({ key: "7", target: page }), { verb: "fraction", value: 0.7 });
  assert.equal(meaningOf({ key: "q", target: page }), null);
});

test("whoever types, types", () => {
  for (const target of [
    { tagName: "INPUT", type: "text" },
    { tagName: "TEXTAREA" },
    { tagName: "P", isContentEditable: true },
  ]) {
    assert.equal(meaningOf({ key: "k", target }), null);
  }
});

test("the browser's own shortcuts stay the browser's", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"])
    assert.equal(meaningOf({ key: "l", target: page, [held]: true }), null);
});

test("buttons keep Space and sliders keep their arrows", () => {
  assert.equal(meaningOf({ key: " ", target: { tagName: "BUTTON" } }), null);
  const slider = { tagName: "INPUT", type: "range" };
  assert.equal(meaningOf({ key: "ArrowLeft", target: slider }), null);
  assert.equal(meaningOf({ key: "m", target: slider }).verb, "mute");
});
