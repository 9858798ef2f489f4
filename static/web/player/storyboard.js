// Pictures for the seek bar: a WebVTT file whose cues name parts of larger pictures (Media Fragments URI 1.0).

const STAMP = /(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;
const PART = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

function seconds(stamp) {
  const [, h = 0, m, s, ms] = STAMP.exec(stamp) ?? [];
  return Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(ms) / 1000;
}

/** `[{start, end, url, x, y, w, h}]` in the order of the file; cues of another shape are left out. */
export function parseStoryboard(text, base) {
  const cues = [];
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => line.includes(" --> "));
    const part = PART.exec(lines[at + 1] ?? "");
    if (at < 0 || !part) continue;
    const [start, end] = lines[at].split(" --> ").map(seconds);
    const [x, y, w, h] = part.slice(2).map(Number);
    cues.push({ start, end, url: new URL(part[1], base).href, x, y, w, h });
  }
  return cues;
}

/** The picture of a moment; after the last one begins, that. */
export function pictureAt(cues, moment) {
  return cues.findLast(({ start }) => start <= moment) ?? cues[0] ?? null;
}

/** Nothing where it cannot be read: the seek bar then only tells times. */
export async function readStoryboard(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok ? parseStoryboard(await answer.text(), answer.url) : [];
  } catch {
    return [];
  }
}
