// Where the player is: over the place that a page keeps for it, in the bar at the bottom, or nowhere. It is moved by style
// alone; the element itself never leaves #player-host, because a media element that is moved stops.

export class Dock {
  /** `moved(mode)` is called when the player changed from one to another of "docked", "mini" and "closed". */
  constructor(player, moved) {
    Object.assign(this, { player, moved, slot: null, mode: "closed" });
    this.watcher = new ResizeObserver(() => this.#follow());
    this.watcher.observe(document.body);
    document.documentElement.dataset.player = this.mode;
    addEventListener("resize", () => this.#follow());
  }

  /** `slot` is the page's place for what plays, or null; `open`: whether there is something to show at all. */
  show(slot, open) {
    if (slot !== this.slot) {
      if (this.slot) this.watcher.unobserve(this.slot);
      if (slot) this.watcher.observe(slot);
      this.slot = slot;
    }
    const mode = open ? (slot ? "docked" : "mini") : "closed";
    if (slot) this.#place();
    if (mode === this.mode) return;
    this.mode = mode;
    this.player.dataset.mode = mode;
    this.player.hidden = mode === "closed";
    document.documentElement.dataset.player = mode;
    this.moved(mode);
  }

  #follow() {
    if (this.slot?.isConnected) this.#place();
  }

  #place() {
    const { left, top, width, height } = this.slot.getBoundingClientRect();
    const places = { x: left + scrollX, y: top + scrollY, w: width, h: height };
    for (const [name, value] of Object.entries(places)) this.player.style.setProperty(`--dock-${name}`, `${value}px`);
  }
}
