// One upload as this browser sees it.
import { Speed } from "./speed.js";
import { State } from "./states.js";
import { cleanName, guessTitle } from "./words.js";

let last = 0;

function blank() {
  last += 1;
  return {
    key: `u${last}`,
    id: null,
    url: null,
    file: null,
    handle: null,
    name: "",
    size: 0,
    title: "",
    titleWaits: false, // said here, and not yet by the item
    titleTrouble: "",
    state: State.QUEUED,
    offset: 0,
    speed: new Speed(),
    trouble: null,
    why: "", // it waits although the line is there
    resumable: true,
    item: null,
    itemId: null,
    jobId: null,
    stage: "",
    percent: null, // of the preparation
  };
}

/** Of a file that somebody has just chosen. */
export function fromFile({ file, handle }) {
  return { ...blank(), file, handle, name: cleanName(file.name), size: file.size, title: guessTitle(file.name) };
}

/** Of what the site says (`GET /api/v1/uploads/<id>/`), with what this browser remembers of it. */
export function fromSite(upload, record) {
  return {
    ...blank(),
    id: upload.id,
    url: upload.url,
    handle: record?.handle ?? null,
    name: cleanName(upload.filename),
    size: upload.size_bytes ?? 0,
    title: record?.title ?? (upload.title || guessTitle(upload.filename)),
    titleWaits: record?.titleWaits ?? false,
    state: State.UNHELD,
    offset: upload.offset,
    expiresAt: upload.expires_at,
  };
}

/** The id in a tus address. */
export const idIn = (url) => /([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})\/?$/i.exec(url)?.[1] ?? null;

/** What the site is told of a file when it is announced. */
export const metadataOf = (entry) => ({ filename: entry.name, filetype: entry.file.type || "", title: entry.title });
