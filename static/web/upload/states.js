// What can happen to an upload in this browser, and what follows from it. No page and no network in here.
import { cleanName } from "./words.js";

/** In the order of an upload's life. `lost` bytes wait for the network, `unheld` ones for their file. */
export const State = Object.freeze({
  UNHELD: "unheld",
  ELSEWHERE: "elsewhere",
  QUEUED: "queued",
  SENDING: "sending",
  LOST: "lost",
  PAUSED: "paused",
  CHECKING: "checking",
  PREPARING: "preparing",
  READY: "ready",
  FAILED: "failed",
});

export const AT_ONCE = 3;

const MOVING = new Set([State.SENDING, State.LOST]);
const OPEN = new Set([State.UNHELD, State.ELSEWHERE, State.QUEUED, State.SENDING, State.LOST, State.PAUSED]);

/** Holds a place among those that are sent at once. */
export const isMoving = (entry) => MOVING.has(entry.state);

/** Its bytes are not all with the site yet. */
export const isOpen = (entry) => OPEN.has(entry.state) || (entry.state === State.FAILED && entry.resumable);

/** Whether closing the page would stop something. */
export const wouldBeCut = (entry) => isMoving(entry) || (entry.state === State.QUEUED && Boolean(entry.file));

export const canPause = (entry) => isMoving(entry) || entry.state === State.QUEUED;
export const canResume = (entry) => entry.state === State.PAUSED;
export const canRetry = (entry) => entry.state === State.FAILED && entry.resumable;
export const isOver = (entry) => entry.state === State.READY || (entry.state === State.FAILED && !entry.resumable);

/** Those that may begin now, first come, first served. */
export function nextToSend(entries, atOnce = AT_ONCE) {
  const free = atOnce - entries.filter(isMoving).length;
  return entries.filter((entry) => entry.state === State.QUEUED && entry.file).slice(0, Math.max(0, free));
}

/** Whether an entry is of this very file: same name, same size. */
export function sameFile(file, entry) {
  return Boolean(file) && cleanName(file.name) === entry.name && file.size === entry.size;
}

/** The entry that waits for this very file. */
export function waitingFor(entries, file) {
  return entries.find((entry) => entry.state === State.UNHELD && !entry.file && sameFile(file, entry));
}

/** What the tray shows: `{running, open, over, sent, size, percent, secondsLeft}`. */
export function summary(entries) {
  const counted = entries.filter(
    (entry) => isMoving(entry) || entry.state === State.QUEUED || entry.state === State.PAUSED,
  );
  const size = counted.reduce((sum, entry) => sum + entry.size, 0);
  const sent = counted.reduce((sum, entry) => sum + entry.offset, 0);
  const speed = entries.filter(isMoving).reduce((sum, entry) => sum + (entry.speed.bytesPerSecond ?? 0), 0);
  return {
    running: entries.filter((entry) => isMoving(entry) || entry.state === State.QUEUED).length,
    open: entries.filter(isOpen).length,
    over: entries.filter(isOver).length,
    sent,
    size,
    percent: size ? Math.floor((sent * 100) / size) : 0,
    bytesPerSecond: speed,
    secondsLeft: speed > 0 ? (size - sent) / speed : null,
  };
}

/** What the site says about an item, as a state of its upload. */
export function stateOfItem(item) {
  if (item.state === "failed") return State.FAILED;
  return item.state === "ready" ? State.READY : State.PREPARING;
}

export const isWatchable = (item) => item?.state === "ready" || item?.state === "growing";
