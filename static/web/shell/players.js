// Loads the player's module when a page has something to play or something played before, and tells it of new pages.
const PLAYED = "bandstand.playing";

let loading;

function isWanted() {
  try {
    if (sessionStorage.getItem(PLAYED)) return true;
  } catch {
    // Storage is switched off.
  }
  return document.querySelector("[data-player-slot]") !== null;
}

async function look() {
  const player = document.querySelector("#player");
  if (player && isWanted()) loading ??= import(player.dataset.module);
  if (loading) (await loading).visitPage();
}

/** A start button works from the first moment on: who presses it early waits for the module. */
async function start(event) {
  const slot = event.target.closest?.("[data-start]")?.closest("[data-player-slot]");
  if (!slot) return;
  await look();
  (await loading).start(slot);
}

export function watchPlayers() {
  document.addEventListener("click", start);
  document.addEventListener("htmx:after:swap", look);
  look();
}
