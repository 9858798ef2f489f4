// What the shell's activity menu is told of the uploads: an event on the document, with plain values.
import { isMoving, State, summary } from "./states.js";
import { timeLeftInWords } from "./words.js";

const SHOWN = 5;
const WORDS = {
  [State.QUEUED]: "Waits for its turn",
  [State.LOST]: "Waits for the connection",
  [State.PAUSED]: "Paused",
  [State.CHECKING]: "Is being looked at",
  [State.FAILED]: "Failed",
};

function line(entry) {
  const percent = entry.size ? Math.floor((entry.offset * 100) / entry.size) : 0;
  const left = timeLeftInWords(entry.speed.secondsFor(entry.size - entry.offset));
  const words =
    isMoving(entry) && entry.state !== State.LOST ? `${percent} %${left && `, ${left}`}` : WORDS[entry.state];
  const moves = isMoving(entry) || entry.state === State.QUEUED || entry.state === State.PAUSED;
  return { title: entry.title, percent: moves ? percent : null, words: words ?? "" };
}

/**
 * `uploads:state` with `{running, open, percent, lines, more}`; lines are what still needs somebody's eye:
 * `{title, percent, words}`, `percent` null where nothing is sent.
 */
export function tell(entries) {
  const told = entries.filter((entry) => WORDS[entry.state] || isMoving(entry));
  const detail = { ...summary(entries), more: Math.max(0, told.length - SHOWN), lines: told.slice(0, SHOWN).map(line) };
  document.dispatchEvent(new CustomEvent("uploads:state", { detail }));
}
