// Loads the player's module when a page has a player, and tells it when pages come and go.

let loading;

async function look() {
  const root = document.querySelector("[data-player]");
  if (root) loading ??= import(root.dataset.module);
  if (loading) (await loading).mountPlayers();
}

export function watchPlayers() {
  document.addEventListener("htmx:after:swap", look);
  look();
}
