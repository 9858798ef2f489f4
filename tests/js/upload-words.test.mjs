import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "../../static/web/player/time.js";
import { label } from "../../static/web/shell/activity.js";
import { factsOf } from "../../static/web/upload/facts.js";
import { turns } from "../../static/web/upload/news.js";
import { filesOf, refusal } from "../../static/web/upload/picking.js";
import { troubleOf } from "../../static/web/upload/site.js";
import { Speed } from "../../static/web/upload/speed.js";
import { cleanName, guessTitle, sizeInWords, timeLeftInWords } from "../../static/web/upload/words.js";

test("a title is guessed from a name as people would write it", () => {
  const guesses = {
    "my_great_film.mp4": "my great film",
    "01 - Morning song.flac": "Morning song",
    "07. Coda.mp3": "Coda",
    "1984.mkv": "1984",
    "2001 A Space Odyssey.mkv": "2001 A Space Odyssey",
    "12.mp3": "12",
    "a.film.in.parts.mov": "a film in parts",
    "folder/inner\\Ålesund.mp4": "Ålesund",
    "evil\u202Egnp.mp4": "evilgnp",
    ".mp3": "Untitled",
  };
  for (const [name, title] of Object.entries(guesses)) assert.equal(guessTitle(name), title, name);
  assert.equal([...guessTitle(`${"é".repeat(300)}.mp4`)].length, 200);
});

test("a name is shown as the site keeps it: one part, nothing unseen, not too long", () => {
  const names = {
    "a/b\\c.mp4": "c.mp4",
    "evil\u202egnp.mp4": "evilgnp.mp4",
    "A\u030a.mp4": "\u00c5.mp4",
    " . ": "file",
    [`${"n".repeat(300)}.mp4`]: `${"n".repeat(196)}.mp4`,
    [`n.${"x".repeat(300)}`]: `n.${"x".repeat(198)}`,
  };
  for (const [name, kept] of Object.entries(names)) assert.equal(cleanName(name), kept, name);
});

test("sizes and waits are said in words", () => {
  assert.deepEqual([0, 1, 999, 1000, 1_234_567, 15_400_000, 999_999, 3e12].map(sizeInWords), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 KB",
    "1.2 MB",
    "15 MB",
    "1.0 MB",
    "3.0 TB",
  ]);
  assert.deepEqual(
    [3, 12, 50, 58, 130, 3600, 5400, null, Number.POSITIVE_INFINITY].map(timeLeftInWords),
    ["a few seconds left", "15 seconds left", "50 seconds left", "1 minute left", "2 minutes left", "1 h left"].concat([
      "1 h 30 min left",
      "",
      "",
    ]),
  );
});

test("speed is smoothed, and neither pauses nor steps back count", () => {
  const speed = new Speed();
  assert.equal(speed.secondsFor(100), null);
  speed.rest(0, 0);
  for (let second = 1; second <= 30; second++) speed.note(second * 1000, second * 1000);
  assert.ok(Math.abs(speed.bytesPerSecond - 1000) < 1);
  speed.note(40_000, 31_000);
  assert.ok(speed.bytesPerSecond > 1500 && speed.bytesPerSecond < 4000, "one burst does not decide");
  const before = speed.bytesPerSecond;
  speed.rest(40_000, 90_000);
  speed.note(10_000, 91_000);
  assert.equal(speed.bytesPerSecond, before);
  assert.equal(speed.secondsFor(before * 3), 3);
});

test("what is surely no media is refused before it is sent, and left out of folders", async () => {
  const file = (name, type, size = 5) => ({ name, type, size });
  assert.equal(refusal(file("a.mp4", "video/mp4", 0)), "This file is empty.");
  assert.equal(refusal(file("a.jpg", "image/jpeg")), "This is neither sound nor video.");
  assert.equal(refusal(file("a.mkv", "")), "");
  assert.equal(refusal(file("a.unknown", "")), "", "only the site finds out");
  const folder = [file("a.mp3", "audio/mpeg"), file("cover.jpg", "image/jpeg"), file(".DS_Store", "")];
  const picked = folder.map((one) => ({ file: one, fromFolder: true }));
  assert.deepEqual(await filesOf(picked), { files: [picked[0]], left: ["cover.jpg", ".DS_Store"] });
});

test("the site's own sentence is what people read, else one that fits the status", () => {
  const body = (code, message) => JSON.stringify({ error: { code, message } });
  assert.equal(troubleOf(413, body("too_large", "At most 20 GB.")).message, "At most 20 GB.");
  assert.match(troubleOf(413).message, /larger than the site takes/);
  assert.match(troubleOf(502, "<h1>Bad gateway</h1>").message, /could not take this/);
  assert.match(troubleOf(0).message, /cannot be reached/);
  assert.equal(troubleOf(403, body("over_quota", "Your room is full.")).signIn, false);
  for (const trouble of [troubleOf(401), troubleOf(403), troubleOf(401, body("not_authenticated", "No."))]) {
    assert.equal(trouble.signIn, true);
    assert.match(trouble.message, /Sign in again/);
  }
  assert.equal(troubleOf(410).gone, true);
});

test("facts are told as they become known", () => {
  assert.deepEqual(factsOf({ duration_ms: null, file: null }, clock), []);
  const file = {
    width: 1920,
    height: 1080,
    video_codec: "h264",
    audio_codec: "aac",
    languages: ["en", "pt-BR"],
    text_languages: ["de"],
  };
  assert.deepEqual(factsOf({ duration_ms: 62_000, file, chapters: [{}, {}] }, clock), [
    "1:02",
    "1920 × 1080",
    "H.264",
    "AAC",
    "Sound: English, Brazilian Portuguese",
    "Captions: German",
    "2 chapters",
  ]);
});

test("a screen reader hears turns, gathered, and no percentages", () => {
  const states = new Map();
  const entries = [1, 2, 3].map((number) => ({ title: `Song ${number}`, state: "sending" }));
  assert.deepEqual(turns(entries, states), []);
  entries[0].offset = 50;
  assert.deepEqual(turns(entries, states), []);
  entries[0].state = "checking";
  assert.deepEqual(turns(entries, states), ["Song 1 is uploaded."]);
  entries[0].state = entries[1].state = "ready";
  Object.assign(entries[2], { state: "failed", trouble: { message: "It is too large." } });
  assert.deepEqual(turns(entries, states), ["2 files are ready.", "Song 3: It is too large."]);
});

test("the activity button says how much goes on", () => {
  assert.equal(label({}), "Activity");
  assert.equal(label({ uploads: 2, percent: 40, jobs: 1 }), "Activity: 2 uploads, 40 %, 1 job");
});
