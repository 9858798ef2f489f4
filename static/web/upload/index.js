// The uploader, loaded when somebody uploads: one engine for as long as the document lives, and the page as its view.
import { live } from "../../core/realtime.js";
import { calmly } from "../shell/calmly.js";
import { Held } from "./held.js";
import { Locks } from "./locks.js";
import { UploadPage } from "./page.js";
import * as site from "./site.js";
import { isOpen, wouldBeCut } from "./states.js";
import { transfer } from "./transfer.js";
import { tell } from "./tray.js";
import { Uploads } from "./uploads.js";

// Read by the shell (shell/uploads.js): this person has unfinished uploads here, go on with them after a reload.
const MARK = "bandstand.uploads";

let engine = null;
let page = null;

function start(person) {
  const uploads = new Uploads({
    site,
    transfer,
    held: new Held(person),
    locks: new Locks(),
    follow: (topic, handler, options) => live().follow(topic, handler, options),
    later: (action, milliseconds) => setTimeout(action, milliseconds),
    now: () => performance.now(),
  });
  const lookAgain = () => uploads.lookAgain();
  live().follow("me", (message) => uploads.heard(message), { joined: lookAgain, poll: lookAgain });
  uploads.watch(calmly(() => tell(uploads.entries), 250));
  uploads.watch(calmly(() => mark(person, uploads.entries.some(isOpen)), 1000));
  addEventListener("online", () => uploads.sending.hurry());
  addEventListener("beforeunload", (event) => {
    if (uploads.entries.some(wouldBeCut)) event.preventDefault();
  });
  uploads.restored = uploads.restore().catch((trouble) => {
    uploads.trouble = trouble;
    uploads.changed();
  });
  return uploads;
}

function mark(person, open) {
  try {
    if (open) localStorage.setItem(MARK, person);
    else if (localStorage.getItem(MARK) === person) localStorage.removeItem(MARK);
  } catch {
    // Without storage the upload page itself goes on with what is open.
  }
}

/** Called by the shell at the start and after each navigation. */
export function mount() {
  engine ??= start(document.body.dataset.person);
  const root = document.querySelector("[data-uploads-page]");
  if (page?.root === root) return;
  page?.leave();
  page = root && new UploadPage(root, engine);
}
