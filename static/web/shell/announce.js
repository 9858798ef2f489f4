// After every swap of the content: focus goes to it (to the first wrong field of a form), and its heading is announced.

let known;

function arrive() {
  const main = document.querySelector("#main");
  known = main;
  (main.querySelector("[aria-invalid=true]") ?? main).focus({ preventScroll: true });
  document.querySelector("#announcer").textContent = main.querySelector("h1")?.textContent.trim() ?? "";
}

export function announcePages() {
  let restored = false;
  known = document.querySelector("#main");
  document.addEventListener("htmx:before:history:restore", () => {
    restored = true; // going back may change the content in place
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!restored && document.querySelector("#main") === known) return;
    restored = false;
    arrive();
  });
}
