import assert from "node:assert/strict";
import { test } from "node:test";
import { middleOf } from "../../static/web/shell/strips.js";

test("a place beyond the edge comes into the middle", () => {
  assert.equal(middleOf({ left: 900, width: 100 }, 390), 755);
});

test("a strip is not scrolled before its beginning", () => {
  assert.equal(middleOf({ left: 20, width: 100 }, 390), 0);
});
