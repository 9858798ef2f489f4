// Going back returns to where one was on the page. The browser cannot do it: it scrolls before the page has come back.
// Each entry of the history remembers its own place.
const CALM_MS = 100;

let timer;
let awaited = null;

function remember() {
  clearTimeout(timer);
  if (awaited === null) history.replaceState({ ...history.state, scroll: scrollY }, "");
}

export function keepPlaces() {
  history.scrollRestoration = "manual";
  if (history.state?.scroll) scrollTo(0, history.state.scroll);
  addEventListener(
    "scroll",
    () => {
      clearTimeout(timer);
      timer = setTimeout(remember, CALM_MS);
    },
    { passive: true },
  );
  document.addEventListener("htmx:before:history:update", remember); // still the page that is being left
  addEventListener("popstate", (event) => {
    clearTimeout(timer);
    if (event.state?.htmx) awaited = event.state.scroll ?? 0;
    else if (event.state?.scroll !== undefined) scrollTo(0, event.state.scroll);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    // A live part of the page that is being left may come in between: only the page itself is waited for.
    if (awaited === null || event.detail.ctx?.request?.headers?.["HX-History-Restore-Request"] !== "true") return;
    const place = awaited;
    awaited = null;
    scrollTo(0, place);
  });
}
