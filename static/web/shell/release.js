// After a deploy the scripts of an open page are older than what the site sends. The next link then loads anew instead of
// swapping, but never while something plays; who cannot wait gets a button.
import { toast } from "./toasts.js";

let announced = false;
let playing = false;

export function isPlaying() {
  return playing || [...document.querySelectorAll("audio, video")].some((media) => !media.paused && !media.ended);
}

export function isOld() {
  const shown = document.querySelector("#main")?.dataset.release;
  return Boolean(shown) && shown !== document.documentElement.dataset.release;
}

function tell() {
  if (announced || !isOld()) return;
  announced = true;
  const action = { label: "Reload", run: () => location.reload() };
  toast({ text: "This site has been renewed. Reload when it suits you.", action });
}

/** Left to the browser: a plain click on a link of ours, on a page that is out of date, while nothing plays. */
function loadAnew(event) {
  if (!isOld() || isPlaying() || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target.closest?.("a[href]");
  if (link && link.origin === location.origin && !link.dataset.jump) event.stopPropagation();
}

export function watchRelease() {
  document.addEventListener("player:state", (event) => {
    playing = Boolean(event.detail?.playing);
  });
  document.addEventListener("htmx:after:swap", tell);
  document.addEventListener("click", loadAnew, { capture: true });
}
