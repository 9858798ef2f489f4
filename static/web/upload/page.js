// The upload page: a view of the engine's entries, made anew with each visit.
import { calmly } from "../shell/calmly.js";
import { News } from "./news.js";
import { filesOf, inDrop, inInput, pick } from "./picking.js";
import { Row } from "./row.js";
import { canPause, canResume, canRetry, isOver, summary } from "./states.js";
import { counted, sizeInWords, timeLeftInWords } from "./words.js";

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

export class UploadPage {
  constructor(root, uploads) {
    this.root = root;
    this.uploads = uploads;
    this.rows = new Map();
    this.news = new News((sentence) => {
      this.part("news").textContent = sentence;
    });
    this.ended = new AbortController();
    this.unwatch = uploads.watch(calmly(() => this.show(), 150));
    this.#listen();
    root.dataset.ready = "";
    this.show();
  }

  leave() {
    this.ended.abort();
    this.unwatch();
    this.news.end();
  }

  part = (name) => this.root.querySelector(`[data-part="${name}"]`);

  show() {
    if (this.ended.signal.aborted) return;
    const { entries } = this.uploads;
    const here = new Set(entries);
    for (const [entry, row] of this.rows) if (!here.has(entry)) this.#dropRow(entry, row);
    for (const entry of entries) this.#rowOf(entry).show();
    this.news.notice(entries);
    this.#showAll(entries);
  }

  #rowOf(entry) {
    const known = this.rows.get(entry);
    if (known) return known;
    const row = new Row(this.part("row").content.firstElementChild.cloneNode(true), entry, this.uploads);
    this.rows.set(entry, row);
    this.part("list").append(row.root);
    globalThis.htmx?.process(row.root); // its links swap the content as all links do: a full load would end the uploads
    return row;
  }

  /** Whoever has just pressed “Remove” stands in front of nothing: the next row, or the button above, gets the focus. */
  #dropRow(entry, row) {
    const held = row.root.contains(document.activeElement);
    const next = row.root.nextElementSibling ?? row.root.previousElementSibling;
    row.root.remove();
    this.rows.delete(entry);
    if (held) (next?.querySelector("input, button:not([hidden])") ?? this.part("choose")).focus();
  }

  #showAll(entries) {
    const all = summary(entries);
    this.part("box").hidden = entries.length === 0;
    this.part("pause-all").hidden = entries.filter(canPause).length < 2;
    this.part("resume-all").hidden = entries.filter((entry) => canResume(entry) || canRetry(entry)).length < 2;
    this.part("clear").hidden = !entries.some(isOver);
    const words = [`${sizeInWords(all.sent)} of ${sizeInWords(all.size)}`];
    if (all.bytesPerSecond) words.push(`${sizeInWords(all.bytesPerSecond)} a second`, timeLeftInWords(all.secondsLeft));
    this.part("all").textContent = all.size ? words.filter(Boolean).join(", ") : "";
    const trouble = this.uploads.trouble?.message ?? "";
    this.part("trouble").textContent = trouble;
    this.part("trouble").hidden = !trouble;
  }

  #listen() {
    const { signal } = this.ended;
    const on = (target, type, action) => target.addEventListener(type, action, { signal });
    on(document, "dragover", (event) => this.#dragged(event));
    on(document, "dragleave", (event) => event.relatedTarget || this.#lift(false));
    on(document, "drop", (event) => this.#dropped(event));
    on(this.part("choose"), "click", () => this.#choose());
    on(this.part("choose-folder"), "click", () => this.part("folder").click());
    for (const name of ["files", "folder"]) on(this.part(name), "change", (event) => this.#chosen(event.target));
    on(this.part("pause-all"), "click", () => this.uploads.pauseAll());
    on(this.part("resume-all"), "click", () => this.uploads.resumeAll());
    on(this.part("clear"), "click", () => this.uploads.clearOver());
    this.part("choose-folder").hidden = !("webkitdirectory" in this.part("folder"));
  }

  #dragged(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#lift(true);
  }

  #lift(over) {
    this.root.toggleAttribute("data-over", over);
  }

  #dropped(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#lift(false);
    this.#add(inDrop(event.dataTransfer));
  }

  async #choose() {
    const picked = await pick().catch(() => null); // a frame, or a policy, may forbid the picker
    if (picked) this.#add(picked);
    else this.part("files").click();
  }

  #chosen(input) {
    const picked = [...inInput(input)];
    input.value = ""; // the same file may be chosen again
    this.#add(picked);
  }

  async #add(picked) {
    const { files, left } = await filesOf(picked);
    this.uploads.add(files);
    const note = counted(left.length, "One file in there is neither sound nor video and was left out.", LEFT_OUT);
    this.part("left").textContent = left.length ? note : "";
    this.part("left").hidden = left.length === 0;
    this.news.say(counted(files.length, "One file is added.", "# files are added."));
  }
}

const LEFT_OUT = "# files in there are neither sound nor video and were left out.";
