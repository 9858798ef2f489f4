// "Show more" replaces itself by what comes next: the focus goes on with the first of the new ones.

export function walkShelves() {
  let reached = null;
  document.addEventListener("htmx:before:swap", (event) => {
    const more = event.detail.ctx.target;
    reached = more?.matches?.("[data-more]") ? more.previousElementSibling : null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const next = reached?.nextElementSibling;
    reached = null;
    if (!next) return;
    next.querySelector("a")?.focus({ preventScroll: true });
    document.querySelector("#announcer").textContent = "More are shown.";
  });
}
