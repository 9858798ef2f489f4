// The worker that keeps the page for the time without a connection; and on that page, going back when it returns.

export function prepareForOffline() {
  addEventListener("load", () => {
    navigator.serviceWorker?.register("/offline-worker.js").catch(() => {
      // Private windows and old browsers have none: without a connection they show their own page.
    });
  });
  addEventListener("online", () => {
    if (document.querySelector("[data-reload]")) location.reload();
  });
}
