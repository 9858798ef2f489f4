// When pages do not come: a line says that the connection is gone, and an answer that is no page of this site never
// empties the content. What plays is left alone.
import { isPlaying } from "./release.js";
import { toast } from "./toasts.js";

const HAS_MAIN = /<main\s[^>]*id="main"/;

const wantsPage = (ctx) => ctx?.select === "#main" || ctx?.target === document.body;

function again(source) {
  if (!source?.isConnected) location.reload();
  else if (source.requestSubmit) source.requestSubmit();
  else source.click();
}

function lost(event) {
  const { ctx } = event.detail;
  if (!wantsPage(ctx)) return;
  const action = { label: "Try again", run: () => again(ctx.sourceElement) };
  const text = navigator.onLine
    ? "The site could not be reached."
    : "You are offline. Pages come back with the connection.";
  toast({ text, tone: "error", action });
}

function unreadable(status, address) {
  const page = document.querySelector("#unreadable").content.cloneNode(true);
  page.querySelector("[data-part=status]").textContent = status;
  page.querySelector("[data-part=again]").setAttribute("href", address);
  return page.querySelector("main").outerHTML;
}

function judge(event) {
  const { ctx } = event.detail;
  if (!wantsPage(ctx) || HAS_MAIN.test(ctx.text)) return;
  if (ctx.response.status < 400 && !isPlaying()) {
    event.preventDefault(); // a page with another shell: the browser goes there
    location.assign(ctx.response.raw.url);
    return;
  }
  ctx.text = unreadable(ctx.response.status, ctx.request.action);
  Object.assign(ctx, { target: document.querySelector("#main"), select: "#main", swap: "outerHTML" });
}

function show() {
  document.querySelector("#offline-line").hidden = navigator.onLine;
}

export function watchConnection() {
  document.addEventListener("htmx:error", lost);
  document.addEventListener("htmx:after:request", judge);
  document.addEventListener("htmx:after:swap", show);
  addEventListener("offline", show);
  addEventListener("online", show);
  show();
}
