// What is said, below the player: what is heard now is marked, and words are found in it. Its text comes from the page
// (templates/web/item/transcript.html) when it is opened; where there is room, it opens once it comes into view.
const WIDE = "(min-width: 48rem)";
const MOST_FOUND = 2000;
const NAME = "transcript-found";

/** The place of the last of `starts` (in order) that has begun at `seconds`; -1 before the first. */
export function lastBegun(starts, seconds) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where `words` stand in `text`, whatever their case; nothing for no words. */
export function placesOf(text, words) {
  const [within, wanted] = [text.toLowerCase(), words.trim().toLowerCase()];
  const found = [];
  if (!wanted) return found;
  for (let at = within.indexOf(wanted); at !== -1; at = within.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

/** The text nodes below an element, one after the other, as one text. */
function wordsOf(element) {
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walk.nextNode()) {
    nodes.push({ node: walk.currentNode, from: text.length });
    text += walk.currentNode.data;
  }
  return { nodes, text };
}

function rangeOf(nodes, from, to) {
  const range = new Range();
  const begin = nodes.findLast((one) => one.from <= from);
  const end = nodes.findLast((one) => one.from < to);
  range.setStart(begin.node, from - begin.from);
  range.setEnd(end.node, Math.min(to - end.from, end.node.length));
  return range;
}

export class Transcript {
  constructor(engine) {
    this.engine = engine;
    this.root = null;
    for (const type of ["timeupdate", "seeked"]) engine.video.addEventListener(type, () => this.mark());
    document.addEventListener("input", ({ target }) => target.matches("[data-transcript-search]") && this.find(target));
  }

  /** The page has changed: what it has of a transcript is taken up. */
  visit() {
    const root = document.querySelector("#transcript");
    const text = root?.querySelector("[data-transcript-text]") ?? null;
    if (root === this.root && text === this.text) return;
    Object.assign(this, { root, text, now: -1, lines: [], starts: [] });
    globalThis.CSS?.highlights?.delete(NAME);
    this.watcher?.disconnect();
    const unread = root?.querySelector("details[data-unread]");
    if (unread) this.#openInView(unread);
    if (text) this.#take(text);
  }

  #openInView(details) {
    if (!matchMedia(WIDE).matches) return;
    this.watcher = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      this.watcher.disconnect();
      details.open = true;
    });
    this.watcher.observe(details);
  }

  /** Thousands of links are one stop of the Tab key; arrows go from line to line. */
  #take(text) {
    this.lines = [...text.querySelectorAll("a[data-jump]")];
    this.starts = this.lines.map(({ dataset }) => Number(dataset.jump));
    this.lines.forEach((line, i) => {
      line.tabIndex = i ? -1 : 0;
    });
    text.addEventListener("keydown", (event) => this.#step(event));
    this.mark();
  }

  #step(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = this.lines.indexOf(event.target);
    if (!step || at === -1) return;
    event.preventDefault();
    event.stopPropagation();
    let next = at + step;
    while (this.lines[next]?.parentElement.hidden) next += step;
    this.#stopAt(this.lines[next])?.focus();
  }

  #stopAt(line) {
    if (!line) return null;
    for (const other of [this.stop ?? this.lines[0], line]) other.tabIndex = other === line ? 0 : -1;
    this.stop = line;
    return line;
  }

  mark() {
    const { engine, root } = this;
    if (!this.lines.length || engine.item?.id !== root.dataset.item || !engine.started) return;
    const now = lastBegun(this.starts, engine.video.currentTime);
    if (now === this.now) return;
    this.lines[this.now]?.removeAttribute("aria-current");
    this.now = now;
    const line = this.lines[now];
    line?.setAttribute("aria-current", "true");
    if (line && !this.text.matches(":hover, :focus-within") && !this.#wanted) this.#show(line);
  }

  get #wanted() {
    return this.root.querySelector("[data-transcript-search]")?.value.trim() ?? "";
  }

  /** Only the text itself moves, never the page. */
  #show(line) {
    const { text } = this;
    const [box, at] = [text.getBoundingClientRect(), line.getBoundingClientRect()];
    if (at.top >= box.top && at.bottom <= box.bottom) return;
    text.scrollTop += at.top - box.top - box.height / 3;
  }

  /** Paragraphs without the words step aside; the words are marked where the browser can do that without new elements. */
  find() {
    const words = this.#wanted;
    const ranges = [];
    let count = 0;
    for (const paragraph of this.text.children) {
      const { nodes, text } = wordsOf(paragraph);
      const found = placesOf(text, words);
      paragraph.hidden = Boolean(words) && !found.length;
      count += found.length;
      for (const at of found) {
        if (ranges.length < MOST_FOUND) ranges.push(rangeOf(nodes, at, at + words.length));
      }
    }
    if (globalThis.CSS?.highlights) CSS.highlights.set(NAME, new Highlight(...ranges));
    const places = count === 1 ? "1 place" : `${count} places`;
    this.root.querySelector("[data-transcript-found]").textContent = words ? (count ? places : "Not in here") : "";
    if (!words) this.lines[this.now]?.isConnected && this.#show(this.lines[this.now]);
  }
}
