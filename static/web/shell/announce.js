// After a navigation: focus goes to the content, and the page's heading is announced (the title comes too late).

export function announcePages() {
  let arrived = false;
  document.addEventListener("htmx:after:history:update", () => {
    arrived = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!arrived) return;
    arrived = false;
    const main = document.querySelector("#main");
    main?.focus({ preventScroll: true });
    document.querySelector("#announcer").textContent = main?.querySelector("h1")?.textContent.trim() ?? "";
  });
}
