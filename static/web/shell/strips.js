// A row of links that is wider than the screen shows the current one, in its middle where that can be.

/** How far a strip is to be scrolled so that what is `left` in it and `width` wide stands in its middle, all in pixels. */
export function middleOf({ left, width }, stripWidth) {
  return Math.max(0, left - (stripWidth - width) / 2);
}

function show() {
  for (const strip of document.querySelectorAll("#main nav")) {
    const current = strip.querySelector("[aria-current]");
    if (!current || strip.scrollWidth <= strip.clientWidth) continue;
    const { left, width } = current.getBoundingClientRect();
    const inside = left - strip.getBoundingClientRect().left + strip.scrollLeft;
    strip.scrollLeft = middleOf({ left: inside, width }, strip.clientWidth);
  }
}

export function showCurrent() {
  document.addEventListener("htmx:after:swap", show);
  show();
}
