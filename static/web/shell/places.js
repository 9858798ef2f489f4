// The header and the dock stay while #main is swapped, so the current place is marked here after each navigation.

/** Of `addresses`, the longest one that `path` lies under; the home page only fits itself. */
export function currentPlace(addresses, path) {
  const fitting = addresses.filter((address) => path === address || (address !== "/" && path.startsWith(address)));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function mark() {
  for (const nav of document.querySelectorAll("[data-places]")) {
    const links = [...nav.querySelectorAll("a")];
    const current = currentPlace(
      links.map((link) => link.pathname),
      location.pathname,
    );
    for (const link of links) {
      if (link.pathname === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

export function markPlaces() {
  document.addEventListener("htmx:after:history:update", mark);
  document.addEventListener("htmx:after:swap", mark);
}
