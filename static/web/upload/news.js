// What a screen reader hears of uploads: the turns of each one, gathered, and never a percentage.
import { State } from "./states.js";
import { counted } from "./words.js";

const GATHER_MS = 2500;

const SENTENCES = {
  [State.CHECKING]: [(entry) => `${entry.title} is uploaded.`, "# files are uploaded."],
  [State.READY]: [(entry) => `${entry.title} is ready.`, "# files are ready."],
  [State.FAILED]: [(entry) => `${entry.title}: ${entry.trouble?.message ?? "It failed."}`, "# uploads failed."],
  [State.LOST]: [() => "The connection is lost. The upload goes on when it is back.", "The connection is lost."],
};

/** The turns since the last look as few sentences; `states` remembers, by entry, where each one was. */
export function turns(entries, states) {
  const turned = entries.filter((entry) => states.has(entry) && states.get(entry) !== entry.state);
  for (const entry of entries) states.set(entry, entry.state);
  return Object.entries(SENTENCES).flatMap(([state, [one, many]]) => {
    const found = turned.filter((entry) => entry.state === state);
    return found.length ? [counted(found.length, one(found[0]), many)] : [];
  });
}

export class News {
  constructor(speak) {
    this.speak = speak;
    this.states = new Map();
    this.sentences = [];
    this.timer = null;
  }

  notice(entries) {
    for (const sentence of turns(entries, this.states)) this.say(sentence);
  }

  say(sentence) {
    if (!this.sentences.includes(sentence)) this.sentences.push(sentence);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.speak(this.sentences.splice(0).join(" "));
    }, GATHER_MS);
  }

  end() {
    clearTimeout(this.timer);
  }
}
