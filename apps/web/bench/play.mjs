// Presses an item's start button in fresh browser profiles, and prints how long it took until it played, in milliseconds:
// `{"first": […], "again": […], "pointed": […]}`. The address of the item's page is the only argument.
import { launch } from "../../../tests/browser/chromium.mjs";

const RUNS = 7;
const SETTLE_MS = 800;
const [, , address] = process.argv;

/** Runs on the page: from the press until the video says that it plays. */
function press() {
  const video = document.querySelector("video");
  return new Promise((done, failed) => {
    const began = performance.now();
    setTimeout(() => failed(new Error("It never played.")), 10_000);
    video.addEventListener("playing", () => done(performance.now() - began), { once: true });
    document.querySelector("main .player-start").click();
  });
}

function point() {
  document.querySelector("main .player-start").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}

function close() {
  document.querySelector("#player [data-do=close]").click();
}

async function visit(browser, act) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "networkidle" });
  await page.waitForTimeout(SETTLE_MS);
  const took = await act(page);
  await context.close();
  return took;
}

const browser = await launch();
const times = { first: [], again: [], pointed: [] };
await visit(browser, (page) => page.evaluate(press)); // the server's first answers are nobody's
for (let run = 0; run < RUNS; run++) {
  await visit(browser, async (page) => {
    times.first.push(await page.evaluate(press));
    await page.waitForTimeout(SETTLE_MS);
    await page.evaluate(close);
    await page.waitForTimeout(SETTLE_MS);
    times.again.push(await page.evaluate(press));
  });
  await visit(browser, async (page) => {
    await page.evaluate(point);
    await page.waitForTimeout(SETTLE_MS);
    times.pointed.push(await page.evaluate(press));
  });
}
await browser.close();
process.stdout.write(`${JSON.stringify(times)}\n`);
