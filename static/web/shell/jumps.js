// Links to a moment of what plays on the same page (chapters): its player goes there. Without a player they are links.

/** The player that a click on such a link is meant for; undefined for every other click. */
export function playerFor(event) {
  const link = event.target.closest?.("a[data-jump]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  return document.querySelector("[data-player-slot]") ?? undefined;
}

export function watchJumps() {
  document.addEventListener(
    "click",
    (event) => {
      const player = playerFor(event);
      if (!player) return;
      event.preventDefault();
      event.stopPropagation();
      const detail = Number(event.target.closest("a[data-jump]").dataset.jump);
      player.dispatchEvent(new CustomEvent("jump", { detail, bubbles: true }));
      player.scrollIntoView({ block: "nearest" });
    },
    { capture: true },
  );
}
