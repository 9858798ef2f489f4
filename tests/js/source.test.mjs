import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { loadedUntil } from "../../static/web/player/seekbar.js";
import { askForPlayback, Refused } from "../../static/web/player/source.js";
import { csrfToken } from "../../static/web/shell/csrf.js";
import { currentPlace } from "../../static/web/shell/places.js";

const answers = {
  "/open": [200, '{"master_url": "/hls/x/master.m3u8", "resume_ms": 5}'],
  "/locked": [403, '{"error": {"code": "sign_in", "message": "Sign in to play this."}}'],
  "/broken": [500, "<h1>oh</h1>"],
};
let server;
let base;
let seen;

before(async () => {
  server = createServer((request, response) => {
    seen = { method: request.method, token: request.headers["x-csrftoken"] };
    const [status, body] = answers[request.url];
    response.writeHead(status, { "Content-Type": "application/json" }).end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

test("a playback is asked for with the token", async () => {
  assert.equal((await askForPlayback(`${base}/open`, "abc")).master_url, "/hls/x/master.m3u8");
  assert.deepEqual(seen, { method: "POST", token: "abc" });
});

test("a refusal is told in the site's own words", async () => {
  await assert.rejects(askForPlayback(`${base}/locked`, ""), new Refused("Sign in to play this."));
});

test("an answer that is no JSON and a site that is away get sentences, too", async () => {
  await assert.rejects(askForPlayback(`${base}/broken`, ""), /could not open this stream/);
  await assert.rejects(askForPlayback("http://127.0.0.1:1/", ""), /cannot be reached/);
});

test("what is loaded ends at the first gap after the position", () => {
  const spans = [
    [0, 10],
    [12, 20],
  ];
  const buffered = { length: 2, start: (i) => spans[i][0], end: (i) => spans[i][1] };
  assert.equal(loadedUntil(buffered, 3), 10);
  assert.equal(loadedUntil(buffered, 15), 20);
  assert.equal(loadedUntil(buffered, 11), 11);
});

test("Django's token is found among the cookies", () => {
  assert.equal(csrfToken("a=1; bandstand_csrf=x%3Dy; b=2"), "x=y");
  assert.equal(csrfToken("a=1"), "");
});

test("the current place is the longest address that the path lies under", () => {
  const places = ["/", "/jobs/", "/jobs/all/"];
  assert.equal(currentPlace(places, "/jobs/all/"), "/jobs/all/");
  assert.equal(currentPlace(places, "/jobs/123/"), "/jobs/");
  assert.equal(currentPlace(places, "/"), "/");
  assert.equal(currentPlace(places, "/settings/tokens/"), undefined);
});
