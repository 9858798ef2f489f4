// One browser, spoken to by lines of JSON on standard input (tests/browser/driver.py): `{page, method, params}`.
// Any method of playwright's Page can be called so; what happens on the pages is collected and asked for by "trouble".
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { launch } from "./chromium.mjs";

const browser = await launch();
const pages = new Map();
const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Keeps what a good page does not do: policy violations, script errors, requests that failed or were refused. */
async function watch(page, trouble) {
  await page.exposeBinding("__violation", (_, sentence) => trouble.push(sentence));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__violation(`Policy: ${event.violatedDirective} blocked ${event.blockedURI} (${event.sample})`);
    });
  });
  page.on("dialog", (dialog) => dialog.accept());
  page.on("pageerror", (error) => trouble.push(`Script: ${error.message}`));
  page.on("console", (message) => {
    const loading = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !loading) trouble.push(`Console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") trouble.push(`Request: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`Answer: ${response.status()} ${response.url()}`);
  });
}

async function open(id, options) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  await openIn(context, id);
}

async function openIn(context, id) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const trouble = [];
  const sockets = new Set();
  pages.set(id, { context, page, trouble, sockets });
  page.on("websocket", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await watch(page, trouble);
}

/** Files and folders of the disk dragged into the page's middle, as a file manager does it. The session stays: with it would
 * go the limit that `slow` set. */
async function drop(id, [paths]) {
  const { context, page } = pages.get(id);
  const devtools = await context.newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  }
}

/** How fast the page may send, in bytes a second; 0 for as fast as it goes. */
async function slow(id, [bytesPerSecond]) {
  const { context, page } = pages.get(id);
  const devtools = await context.newCDPSession(page); // it stays: the limit ends with it
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond || -1,
  });
}

/** A device that keeps passkeys and says yes to whatever it is asked. */
async function authenticator(id) {
  const { context, page } = pages.get(id);
  const devtools = await context.newCDPSession(page); // it stays: the device goes with it
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

/** playwright's own waitForFunction needs eval on the page, which our policy forbids; this asks from outside. */
async function until(id, [expression, patience]) {
  const ends = Date.now() + patience;
  const holds = () =>
    pages
      .get(id)
      .page.evaluate(expression)
      .catch((error) => {
        if (!/context was destroyed/.test(error.message)) throw error;
        return false; // another page came while it was asked
      });
  while (!(await holds())) {
    if (Date.now() > ends) throw new Error(`never became true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What axe-core finds, as lines. It is put in from outside, so that the page's policy stays as it is. */
async function axe(id) {
  const { page } = pages.get(id);
  await page.evaluate(source);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return found.violations.map(
    ({ id: rule, nodes }) =>
      `${rule}: ${nodes.map((node) => `${node.target} (${node.html.slice(0, 120)})`).join("; ")}`,
  );
}

const special = {
  authenticator,
  axe,
  drop,
  slow,
  tab: (id, [other]) => openIn(pages.get(other).context, id),
  leave: async (id) => {
    await pages.get(id).page.close();
    pages.delete(id);
  },
  sockets: (id) => pages.get(id).sockets.size,
  block: (id, [pattern]) => pages.get(id).page.route(pattern, (route) => route.abort("blockedbyclient")),
  chosen: (id, [selector, files]) => pages.get(id).page.setInputFiles(selector, files),
  until,
  // Answers in the site's place: requests that fit the pattern get this, or the file of that name in a folder.
  reply: (id, [pattern, answer]) => pages.get(id).page.route(pattern, (route) => route.fulfill(answer)),
  folder: (id, [pattern, folder]) =>
    pages.get(id).page.route(pattern, (route) => {
      route.fulfill({ path: path.join(folder, path.basename(new URL(route.request().url()).pathname)) });
    }),
  // Requests that fit fail as they do without a network, until they are mended.
  cut: (id, [pattern]) => pages.get(id).page.route(pattern, (route) => route.abort("internetdisconnected")),
  mend: (id, [pattern]) => pages.get(id).page.unroute(pattern),
  // As if the connection were gone; a slow answer.
  offline: (id, [gone]) => pages.get(id).context.setOffline(gone),
  delay: (id, [pattern, ms]) =>
    pages.get(id).page.route(pattern, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      await route.continue();
    }),
  // Sockets never come about, as behind a proxy that does not know them.
  noSockets: (id) =>
    pages.get(id).page.addInitScript(() => {
      window.WebSocket = class {
        constructor() {
          setTimeout(() => this.onclose?.({ code: 1006 }), 10);
        }
        send() {}
        close() {}
      };
    }),
  open: (id, [options]) => open(id, options),
  cookies: (id, [cookies]) => pages.get(id).context.addCookies(cookies),
  trouble: (id) => pages.get(id).trouble.splice(0),
  version: () => browser.version(),
  close: async (id) => {
    await pages.get(id).context.close();
    pages.delete(id);
  },
};

/** What can travel as JSON: handles and responses become null. */
function plain(value) {
  return value === undefined ||
    (typeof value === "object" && value !== null && value.constructor !== Object && !Array.isArray(value))
    ? null
    : value;
}

async function answer({ page: id, method, params }) {
  try {
    const target = pages.get(id)?.page;
    const value = special[method] ? await special[method](id, params) : await target[method](...params);
    return { value: Buffer.isBuffer(value) ? null : plain(value) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
await browser.close();
