// The worker that keeps the page for the time without a connection; and on that page, going on as soon as the site answers.
const ASK_EVERY_MS = 4000;

async function goOn() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // still away
  }
}

export function prepareForOffline() {
  addEventListener("load", () => {
    navigator.serviceWorker?.register("/offline-worker.js").catch(() => {
      // Private windows and old browsers have none: without a connection they show their own page.
    });
  });
  if (location.pathname === "/offline/" || !document.querySelector("[data-reload]")) return;
  addEventListener("online", goOn);
  setInterval(goOn, ASK_EVERY_MS);
}
