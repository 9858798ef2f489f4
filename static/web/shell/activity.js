// The activity menu in the header: the uploads of this page, and the person's jobs, live. It outlives every navigation.
import { live } from "../../core/realtime.js";
import { calmly } from "./calmly.js";

const AT_MOST_EVERY_MS = 1000;

/** What the button says: `Activity`, or how much goes on. */
export function label({ uploads = 0, jobs = 0, percent = 0 }) {
  const parts = [];
  if (uploads) parts.push(`${uploads} ${uploads === 1 ? "upload" : "uploads"}, ${percent} %`);
  if (jobs) parts.push(`${jobs} ${jobs === 1 ? "job" : "jobs"}`);
  return parts.length ? `Activity: ${parts.join(", ")}` : "Activity";
}

class Activity {
  constructor(root) {
    this.root = root;
    this.jobs = root.querySelector("#activity-jobs");
    this.shown = { uploads: 0, jobs: 0, percent: 0 };
    this.following = new Map();
    this.ask = calmly(() => this.jobs.dispatchEvent(new CustomEvent("changed")), AT_MOST_EVERY_MS);
    live().follow("me", () => this.ask(), { joined: this.ask, poll: this.ask });
    root.addEventListener("toggle", () => this.#followJobs());
    this.jobs.addEventListener("htmx:after:swap", () => this.#count());
    document.addEventListener("uploads:state", ({ detail }) => this.#showUploads(detail));
  }

  part = (name, within = this.root) => within.querySelector(`[data-part="${name}"]`);

  /** The progress of each job only while somebody looks at it. */
  #followJobs() {
    const shown = this.root.open ? [...this.jobs.querySelectorAll("[data-job]")].map((row) => row.dataset.job) : [];
    const wanted = new Set(shown);
    for (const id of wanted) {
      if (!this.following.has(id)) this.following.set(id, live().follow(`job:${id}`, this.ask, { poll: this.ask }));
    }
    for (const [id, leave] of this.following) {
      if (wanted.has(id)) continue;
      leave();
      this.following.delete(id);
    }
  }

  #count() {
    this.#say({ jobs: Number(this.jobs.querySelector("[data-running]")?.dataset.running ?? 0) });
    this.#followJobs();
  }

  #say(change) {
    Object.assign(this.shown, change);
    const number = this.shown.uploads + this.shown.jobs;
    const count = this.part("count");
    count.hidden = number === 0;
    count.textContent = number > 99 ? "99+" : String(number);
    this.root.querySelector("summary").setAttribute("aria-label", label(this.shown));
  }

  #showUploads({ running, percent, lines, more }) {
    this.part("uploads").hidden = lines.length === 0;
    const list = this.part("lines");
    while (list.children.length > lines.length) list.lastElementChild.remove();
    while (list.children.length < lines.length) list.append(this.part("line").content.cloneNode(true));
    for (const [index, line] of lines.entries()) this.#showLine(list.children[index], line);
    this.part("more").textContent = more ? `And ${more} more.` : "";
    this.part("more").hidden = more === 0;
    this.#say({ uploads: running, percent });
  }

  #showLine(row, { title, percent, words }) {
    this.part("name", row).textContent = title;
    this.part("progress", row).hidden = percent === null;
    this.part("progress", row).value = percent ?? 0;
    this.part("progress", row).setAttribute("aria-label", `Uploading ${title}`);
    this.part("words", row).textContent = words;
  }
}

export function showActivity() {
  const root = document.querySelector("#activity");
  if (root) new Activity(root);
}
