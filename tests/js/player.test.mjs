import assert from "node:assert/strict";
import { test } from "node:test";
import { chapterAt } from "../../static/web/player/item.js";
import { KEYS, keyName, meaningOf } from "../../static/web/player/keys.js";
import { factor } from "../../static/web/player/loudness.js";
import { newest } from "../../static/web/player/positions.js";
import { boundedRate, family, sane } from "../../static/web/player/preferences.js";
import { levelFor, pickable } from "../../static/web/player/quality.js";
import { worthRetrying } from "../../static/web/player/retries.js";
import { parseStoryboard, pictureAt } from "../../static/web/player/storyboard.js";
import { choice } from "../../static/web/player/texts.js";
import { linkTime, parseTime } from "../../static/web/player/time.js";
import { heights } from "../../static/web/player/waveform.js";

test("a link's time is read as it is written", () => {
  for (const seconds of [0, 59, 90, 3600, 3723]) assert.equal(parseTime(linkTime(seconds)), seconds);
  assert.equal(linkTime(3723.9), "1h2m3s");
  assert.equal(linkTime(Number.NaN), "0s");
});

test("every key of the list means what the list says, whatever the case", () => {
  const target = { tagName: "BODY" };
  for (const { keys, means } of KEYS) {
    for (const key of keys) assert.deepEqual(meaningOf({ key, target }), means);
  }
  assert.deepEqual(meaningOf({ key: "F", target }), { verb: "fullscreen" });
  assert.equal(keyName(" "), "Space");
});

test("a bar at the edge leaves arrows, space and digits to the page", () => {
  const target = { tagName: "BODY" };
  for (const key of [" ", "ArrowUp", "ArrowLeft", "5"]) {
    assert.notEqual(meaningOf({ key, target }), null);
    assert.equal(meaningOf({ key, target }, { modest: true }), null);
  }
  assert.deepEqual(meaningOf({ key: "k", target }, { modest: true }), { verb: "toggle" });
});

test("a storyboard names parts of pictures beside it, and what is broken in it is left out", () => {
  const text = [
    "WEBVTT",
    "00:00:00.000 --> 00:00:04.000\nsheet_001.jpg#xywh=0,0,160,90",
    "nonsense",
    "00:00:04.000 --> 00:00:08.500\nsheet_001.jpg#nowhere",
    "01:00:04.000 --> 01:00:08.500\nsheet_002.jpg#xywh=160,90,160,90",
  ].join("\n\n");
  const cues = parseStoryboard(text, "https://site.example/hls/x/story/storyboard.vtt");
  assert.equal(cues.length, 2);
  assert.deepEqual(cues[0], {
    start: 0,
    end: 4,
    url: "https://site.example/hls/x/story/sheet_001.jpg",
    x: 0,
    y: 0,
    w: 160,
    h: 90,
  });
  assert.equal(cues[1].start, 3604);
  assert.equal(pictureAt(cues, 3600), cues[0]);
  assert.equal(pictureAt(cues, 9999), cues[1]);
  assert.equal(pictureAt([], 1), null);
});

test("peaks become as many bars as there is room for, the loudest being whole", () => {
  const data = [-10, 10, -20, 40, -64, 5, 0, 0];
  assert.deepEqual(heights({ data }, 4), [10 / 64, 40 / 64, 1, 0.03]);
  assert.deepEqual(heights({ data }, 2), [40 / 64, 1]);
  assert.equal(heights({ data }, 9).length, 9);
  assert.deepEqual(heights({ data: [0, 0] }, 2), [0.03, 0.03]);
  assert.deepEqual(heights({ data: [-1, 1, -100, 100], channels: 2 }, 1), [1]);
});

test("a moment lies in the last chapter that has begun", () => {
  const chapters = [{ start_ms: 1000 }, { start_ms: 5000 }];
  assert.deepEqual(
    [0, 1, 4.9, 5, 99].map((at) => chapterAt(chapters, at)),
    [-1, 0, 0, 1, 1],
  );
  assert.equal(chapterAt([], 3), -1);
});

test("a quality is the nearest rung below it, and saving data caps the automatic choice", () => {
  const levels = [{ height: 180 }, { height: 360 }, { height: 720 }, { height: 720 }, {}];
  assert.deepEqual(pickable(levels), [720, 360, 180]);
  assert.deepEqual(levelFor(levels, "auto"), { level: -1, cap: -1 });
  assert.deepEqual(levelFor(levels, "saver"), { level: -1, cap: 1 });
  assert.deepEqual(levelFor(levels, "720"), { level: 3, cap: -1 });
  assert.deepEqual(levelFor(levels, "480"), { level: 1, cap: -1 });
  assert.deepEqual(levelFor(levels, "100"), { level: 0, cap: -1 });
  assert.deepEqual(levelFor(levels, "nonsense"), { level: -1, cap: -1 });
  assert.deepEqual(levelFor([], "720"), { level: -1, cap: -1 });
});

test("the text of the remembered language is shown, none if none was wanted, else what must be shown", () => {
  const captions = [
    { language: "en", forced: false, default: false },
    { language: "de", forced: true, default: false },
    { language: "de", forced: false, default: false },
  ];
  assert.equal(choice(captions, "de"), 2);
  assert.equal(choice(captions, ""), -1);
  assert.equal(choice(captions, null), 1);
  assert.equal(choice(captions, "fr"), 1);
  assert.equal(choice([], "en"), -1);
});

test("what lies in the storage is only taken if it has the right shape", () => {
  const kept = sane({ volume: 7, muted: "yes", rates: { music: 99, speech: 1.5, other: 2 }, quality: 3, text: 4 });
  assert.deepEqual(
    [kept.volume, kept.muted, kept.rates, kept.quality, kept.text],
    [1, false, { music: 3, speech: 1.5 }, "auto", null],
  );
  assert.deepEqual(sane(null), sane({}));
  assert.equal(boundedRate(0.1), 0.5);
  assert.equal(boundedRate("fast"), 1);
  assert.deepEqual(["track", "episode", "movie"].map(family), ["music", "speech", "pictures"]);
});

test("the newest positions are kept, and what is none is dropped", () => {
  const all = { a: { ms: 1, at: 1 }, b: { ms: 2, at: 3 }, c: { ms: 3, at: 2 }, d: "x", e: { ms: "1", at: 9 } };
  assert.deepEqual(Object.keys(newest(all, 2)), ["b", "c"]);
});

test("a gain is bounded, and no gain leaves everything as it is", () => {
  assert.equal(factor(null), 1);
  assert.equal(factor(Number.NaN), 1);
  assert.ok(Math.abs(factor(-6.0206) - 0.5) < 1e-6);
  assert.equal(factor(60), factor(12));
});

test("no answer and a server in trouble are worth another try; a refusal is not", () => {
  assert.deepEqual([0, undefined, 503, 429, 403, 404].map(worthRetrying), [true, true, true, true, false, false]);
});
