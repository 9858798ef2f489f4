// One upload on the page. The elements stay the same for as long as the row is there, so that focus and typing do.
import { clock } from "../player/time.js";
import { factsOf } from "./facts.js";
import { canPause, canResume, canRetry, isOpen, isWatchable, State } from "./states.js";
import { sizeInWords, timeLeftInWords } from "./words.js";

const LABELS = {
  [State.UNHELD]: ["Not finished", "warning"],
  [State.ELSEWHERE]: ["Runs in another tab", "info"],
  [State.QUEUED]: ["Waits", ""],
  [State.SENDING]: ["Uploading", "info"],
  [State.LOST]: ["No connection", "warning"],
  [State.PAUSED]: ["Paused", ""],
  [State.CHECKING]: ["Looking at it", "info"],
  [State.PREPARING]: ["Getting ready", "info"],
  [State.READY]: ["Ready", "success"],
  [State.FAILED]: ["Failed", "error"],
};
const NOTES = {
  [State.UNHELD]: "Choose the same file again to go on where it stopped.",
  [State.ELSEWHERE]: "Another tab of this browser is sending it.",
  [State.LOST]: "It goes on by itself when the connection is back.",
};
const TYPING_MS = 1200;

function labelOf(entry) {
  if (isWatchable(entry.item) && entry.state === State.PREPARING) return ["Plays already", "success"];
  if (entry.state === State.LOST && entry.why) return ["Waits", "warning"];
  return LABELS[entry.state];
}

function noteOf(entry) {
  if (entry.state === State.LOST && entry.why) return entry.why;
  if (entry.state === State.UNHELD && entry.handle) return "Go on where it stopped.";
  return NOTES[entry.state] ?? "";
}

export class Row {
  constructor(root, entry, uploads) {
    Object.assign(this, { root, entry, uploads, typing: null });
    const title = this.part("title");
    title.value = entry.title;
    this.part("title-label").htmlFor = title.id = `${entry.key}-title`;
    title.addEventListener("input", () => this.#typed());
    title.addEventListener("change", () => this.#rename());
    root.addEventListener("click", (event) => this.#clicked(event));
    this.part("file").addEventListener("change", (event) => this.#given(event.target));
  }

  part = (name) => this.root.querySelector(`[data-part="${name}"]`);

  show() {
    const { entry } = this;
    this.root.dataset.state = entry.state;
    this.#showState();
    this.#showProgress();
    this.#showTrouble();
    this.#showItem();
    this.#showButtons();
    const title = this.part("title");
    if (document.activeElement !== title && !this.typing) title.value = entry.title;
    this.#text("name", `${entry.name}, ${sizeInWords(entry.size)}`);
  }

  #text(name, text) {
    const element = this.part(name);
    if (element.textContent !== text) element.textContent = text;
    element.hidden = !text;
  }

  #showState() {
    const [label, tone] = labelOf(this.entry);
    this.#text("badge", label);
    this.part("badge").className = `badge badge-soft ${tone && `badge-${tone}`}`;
  }

  #showProgress() {
    const { entry } = this;
    const preparing = entry.state === State.PREPARING;
    const sent = entry.size ? Math.floor((entry.offset * 100) / entry.size) : 0;
    const percent = preparing ? entry.percent : sent;
    const bar = this.part("progress");
    bar.hidden = !(isOpen(entry) || preparing || entry.state === State.CHECKING);
    if (percent === null || entry.state === State.CHECKING) bar.removeAttribute("value");
    else bar.value = percent;
    bar.setAttribute("aria-label", preparing ? `Preparing ${entry.title}` : `Uploading ${entry.title}`);
    this.#text("meta", this.#progressWords(percent));
  }

  #progressWords(percent) {
    const { entry } = this;
    if (entry.state === State.PREPARING)
      return [entry.stage, percent === null ? "" : `${percent} %`].filter(Boolean).join(", ");
    if (!isOpen(entry)) return "";
    const words = [`${percent} %`, `${sizeInWords(entry.offset)} of ${sizeInWords(entry.size)}`];
    const { bytesPerSecond } = entry.speed;
    if (entry.state === State.SENDING && bytesPerSecond) {
      words.push(
        `${sizeInWords(bytesPerSecond)} a second`,
        timeLeftInWords(entry.speed.secondsFor(entry.size - entry.offset)),
      );
    }
    return words.filter(Boolean).join(" · ");
  }

  #showTrouble() {
    const { entry } = this;
    this.#text("trouble", entry.trouble?.message ?? entry.titleTrouble ?? "");
    this.#text("note", this.mistaken ?? (entry.trouble ? "" : noteOf(entry)));
  }

  #showItem() {
    const { item } = this.entry;
    this.#text("facts", item ? factsOf(item, clock).join(" · ") : "");
    const open = this.part("open");
    open.hidden = !item;
    if (!item) return;
    open.href = item.url;
    this.#text("open-label", isWatchable(item) ? "Play" : "Its page");
    this.#showCover(item.cover);
  }

  #showCover(cover) {
    const picture = this.part("picture");
    if (!cover || picture.getAttribute("src") === cover.srcset[0].url) return;
    picture.src = cover.srcset[0].url;
    picture.hidden = false;
  }

  #showButtons() {
    const { entry } = this;
    const wanted = {
      pause: canPause(entry),
      resume: canResume(entry),
      retry: canRetry(entry),
      "go-on": entry.state === State.UNHELD || entry.state === State.ELSEWHERE,
      remove: true,
    };
    const focused = document.activeElement;
    for (const [name, shown] of Object.entries(wanted)) {
      const button = this.root.querySelector(`[data-do="${name}"]`);
      button.hidden = !shown;
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${entry.title}`);
    }
    if (focused?.hidden && this.root.contains(focused)) this.#nextButton()?.focus();
    this.part("sign-in").hidden = !entry.trouble?.signIn;
  }

  #nextButton() {
    return [...this.root.querySelectorAll("[data-do]")].find((button) => !button.hidden);
  }

  #clicked(event) {
    const { entry, uploads } = this;
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (action === "pause") uploads.pause(entry);
    if (action === "resume" || action === "retry") uploads.resume(entry);
    if (action === "go-on") this.#goOn();
    if (action === "remove" && this.#mayRemove()) uploads.remove(entry).catch((trouble) => this.#complain(trouble));
  }

  #mayRemove() {
    const { entry } = this;
    return !isOpen(entry) || !entry.offset || confirm(`Throw away what is uploaded of “${entry.title}”?`);
  }

  #complain({ message }) {
    dispatchEvent(new CustomEvent("bandstand:toast", { detail: { text: message, tone: "error" } }));
  }

  async #goOn() {
    if (!(await this.uploads.goOn(this.entry))) this.part("file").click();
  }

  #given(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const fits = this.uploads.give(this.entry, file, null);
    this.mistaken = fits
      ? null
      : `This is another file: ${this.entry.name} with ${sizeInWords(this.entry.size)} is needed.`;
    this.show();
  }

  #typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.#rename(), TYPING_MS);
  }

  #rename() {
    clearTimeout(this.typing);
    this.typing = null;
    const title = this.part("title").value.trim();
    if (title && title !== this.entry.title) this.uploads.rename(this.entry, title);
    this.show();
  }
}
