// What the page says about names, sizes and times.

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];
const LONGEST_TITLE = 200;
const LONGEST_NAME = 200;
// Signs that turn the reading direction or are not seen at all: they have no place in a title.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/** 1234567 → `1.2 MB`, in steps of a thousand as disks are sold. */
export function sizeInWords(bytes) {
  let unit = 0;
  let size = bytes;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && size < 9.95 ? 1 : 0;
  return `${size.toFixed(digits)} ${bytes === 1 ? "byte" : UNITS[unit]}`;
}

/** A wait as people say it; empty where nobody knows. */
export function timeLeftInWords(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 10) return "a few seconds left";
  if (seconds < 55) return `${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${Math.max(1, minutes)} ${minutes > 1 ? "minutes" : "minute"} left`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `${hours} h${rest ? ` ${rest} min` : ""} left`;
}

/** A file's name as the site keeps it (apps/media/names.py), so that another device knows the file again: systems differ in how
 * they write an é, and what turns the reading direction is not shown. */
export function cleanName(raw) {
  const last = raw.normalize("NFC").split(/[\\/]/).at(-1);
  const signs = [...last.replace(/\p{C}/gu, "").replace(/^[ .]+|[ .]+$/g, "")];
  if (signs.length <= LONGEST_NAME) return signs.join("") || "file";
  const ending = /.(\.[^.]{1,8})$/u.exec(signs.join(""))?.[1] ?? "";
  const kept = signs.slice(0, LONGEST_NAME - [...ending].length).join("");
  return kept.replace(/[ .]+$/, "") + ending;
}

/** `01 - my_great.film.mp4` → `my great film`: no ending, no track number, no underscores, nothing that is not seen. */
export function guessTitle(name) {
  const last = name.split(/[\\/]/).at(-1).replace(HIDDEN, "");
  const stem = last.replace(/\.[A-Za-z0-9]{1,5}$/, "");
  const spaced = stem.includes(" ") ? stem.replace(/_+/g, " ") : stem.replace(/[_.]+/g, " ");
  const bare = spaced.replace(/^\s*\d{1,2}(?:\s*[-–.]\s*|\s+)(?=.*\p{L})/u, "");
  const title = bare.replace(/\s+/g, " ").trim();
  return [...title].slice(0, LONGEST_TITLE).join("") || "Untitled";
}

/** Several sentences of the same kind as one, for the live region: `3 files are uploaded.` */
export function counted(number, one, many) {
  return number === 1 ? one : many.replace("#", String(number));
}
