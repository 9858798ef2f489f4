// Files out of a drop, a picker or a folder, each with its handle where the browser gives one: `{file, handle}`.

const MOST_FILES = 2000;
const DEEPEST = 16;
const MEDIA = /^(audio|video)\//;
// What browsers call nothing, or something odd, although it is media.
const ENDINGS =
  /\.(mkv|mka|m4a|m4b|m4v|mov|mp3|mp4|mpg|mpeg|m2ts|mts|ts|vob|avi|wmv|wma|asf|flv|webm|ogg|oga|ogv|opus|flac|wav|aif|aiff|aac|ac3|eac3|dts|ape|wv|tta|mpc|amr|3gp|3g2|mxf|dv|caf|au|w64)$/i;
const NO_MEDIA = /^(image|text|font)\/|^application\/(pdf|zip|json|xml|x-.*compressed|gzip|msword|vnd\.)/;

/** Why a file is not even worth a try; empty for what may be media: what it is, only the site finds out. */
export function refusal(file, { strict = false } = {}) {
  if (file.size === 0) return "This file is empty.";
  const known = MEDIA.test(file.type) || ENDINGS.test(file.name);
  if (!known && (strict || NO_MEDIA.test(file.type))) return "This is neither sound nor video.";
  return "";
}

/** `{files, left}`: what to upload, and the names of what lay in folders and is no media. */
export async function filesOf(picked) {
  const files = [];
  const left = [];
  for await (const one of picked) {
    if (files.length + left.length >= MOST_FILES) break;
    if (one.fromFolder && refusal(one.file, { strict: true })) left.push(one.file.name);
    else files.push(one);
  }
  return { files, left };
}

/** Of an `<input type="file">`; one with `webkitdirectory` gives all that lies in the folder. */
export function* inInput(input) {
  for (const file of input.files) yield { file, handle: null, fromFolder: Boolean(file.webkitRelativePath) };
}

/** Of a drop. Must be called within the event: its items are gone afterwards. */
export function inDrop(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const dropped = items.map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null,
    handle: item.getAsFileSystemHandle?.().catch(() => null) ?? null,
    file: item.getAsFile(),
  }));
  return walkDrop(dropped);
}

async function* walkDrop(dropped) {
  for (const { entry, handle, file } of dropped) {
    const held = await handle;
    if (entry?.isDirectory) yield* walkEntry(entry, 0);
    else if (held?.kind === "directory") yield* walkHandle(held, 0);
    else if (file) yield { file, handle: held, fromFolder: false };
  }
}

async function* walkEntry(entry, depth) {
  if (entry.isFile) {
    yield { file: await new Promise((resolve, reject) => entry.file(resolve, reject)), handle: null, fromFolder: true };
    return;
  }
  if (depth >= DEEPEST) return;
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (!some.length) return;
    for (const inner of some) yield* walkEntry(inner, depth + 1);
  }
}

async function* walkHandle(folder, depth) {
  if (depth >= DEEPEST) return;
  for await (const inner of folder.values()) {
    if (inner.kind === "directory") yield* walkHandle(inner, depth + 1);
    else yield { file: await inner.getFile(), handle: inner, fromFolder: true };
  }
}

/** By the browser's own picker, with handles; null where it has none. A person who changes their mind gives none. */
export async function pick(view = globalThis) {
  if (!view.showOpenFilePicker) return null;
  try {
    const handles = await view.showOpenFilePicker({ multiple: true });
    return await Promise.all(
      handles.map(async (handle) => ({ file: await handle.getFile(), handle, fromFolder: false })),
    );
  } catch (error) {
    if (error.name === "AbortError") return [];
    throw error;
  }
}
