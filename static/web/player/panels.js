// What opens from the bar: settings, chapters, and the list of keys.
import { chapterAt } from "./item.js";
import { KEYS, keyName } from "./keys.js";
import { recall, remember } from "./preferences.js";
import { clock } from "./time.js";

function option(value, text, selected) {
  const made = new Option(text, value, selected, selected);
  return made;
}

/** A panel opens above its button, inside the window. */
function placeAt(panel, button) {
  panel.addEventListener("beforetoggle", ({ newState }) => {
    if (newState !== "open") return;
    const { right, top } = button.getBoundingClientRect();
    panel.style.setProperty("--right", `${Math.max(8, innerWidth - right)}px`);
    panel.style.setProperty("--bottom", `${Math.max(8, innerHeight - top + 8)}px`);
    panel.style.setProperty("--room", `${Math.max(200, top - 16)}px`);
  });
}

export class Panels {
  constructor(parts, engine, texts) {
    Object.assign(this, { parts, engine, texts });
    placeAt(parts.settings, parts["settings-button"]);
    placeAt(parts.chapters, parts["chapters-button"]);
    this.#listen();
    this.#listKeys();
    parts.even.checked = recall().even;
    parts.shortcuts.checked = recall().shortcuts;
    texts.changed = () => this.showTexts();
  }

  #listen() {
    const { parts, engine, texts } = this;
    parts["rate-choice"].addEventListener("input", ({ target }) => {
      engine.rate = Number(target.value) / 100;
    });
    engine.video.addEventListener("ratechange", () => this.showRate());
    parts.quality.addEventListener("change", ({ target }) => {
      remember({ quality: target.value });
      engine.stream?.choose(target.value);
      this.showTracks(engine.stream); // no other rung may begin by that, but what plays stands beside another choice
    });
    parts.sound.addEventListener("change", ({ target }) => {
      const sound = engine.stream.sounds[Number(target.value)];
      remember({ sound: sound.language });
      engine.stream.chooseSound(sound.id);
    });
    parts.text.addEventListener("change", ({ target }) => texts.choose(Number(target.value)));
    parts.even.addEventListener("change", ({ target }) => {
      engine.loudness.switch(target.checked);
      engine.loudness.wake();
    });
    parts.shortcuts.addEventListener("change", ({ target }) => remember({ shortcuts: target.checked }));
    parts.chapters.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#markChapter());
  }

  showItem(item) {
    const { chapters } = this.parts;
    this.parts["chapters-button"].hidden = !item.chapters.length;
    chapters.replaceChildren(
      ...item.chapters.map(({ start_ms: start, title }) => {
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "player-entry" });
        Object.assign(button.dataset, { do: "jump", value: String(start / 1000) });
        const time = document.createElement("span");
        Object.assign(time, { className: "player-entry-time", textContent: clock(start / 1000) });
        button.append(time, title);
        return button;
      }),
    );
    for (const row of ["quality-row", "sound-row", "text-row"]) this.parts[row].hidden = true;
    this.soundChosen = false;
    this.showRate();
  }

  #markChapter() {
    const at = chapterAt(this.engine.item?.chapters ?? [], this.engine.video.currentTime);
    [...this.parts.chapters.children].forEach((button, i) => {
      button.toggleAttribute("aria-current", i === at);
    });
  }

  showRate() {
    const { rate } = this.engine;
    const slider = this.parts["rate-choice"];
    slider.value = String(Math.round(rate * 100));
    slider.setAttribute("aria-valuetext", `${rate} times`);
    slider.style.setProperty("--played", `${((rate - 0.5) / 2.5) * 100}%`);
    this.parts["rate-shown"].textContent = `${rate}×`;
  }

  showTracks(stream) {
    if (!stream) return;
    this.#showQualities(stream);
    this.#showSounds(stream);
  }

  #showQualities(stream) {
    const { quality, "quality-row": row } = this.parts;
    row.hidden = stream.qualities.length < 2;
    if (row.hidden) return;
    const { quality: wanted } = recall();
    const now = stream.playing ? ` (${stream.playing}p)` : "";
    quality.replaceChildren(
      option("auto", `Automatic${wanted === "auto" ? now : ""}`, wanted === "auto"),
      option("saver", `Data saver${wanted === "saver" ? now : ""}`, wanted === "saver"),
      ...stream.qualities.map((lines) => option(String(lines), `${lines}p`, wanted === String(lines))),
    );
  }

  #showSounds(stream) {
    const { sound, "sound-row": row } = this.parts;
    const { sounds } = stream;
    row.hidden = sounds.length < 2;
    if (row.hidden) return;
    const wanted = sounds.find(({ language }) => language && language === recall().sound);
    if (wanted && !this.soundChosen) stream.chooseSound(wanted.id);
    this.soundChosen = true;
    sound.replaceChildren(...sounds.map(({ id, label }) => option(String(id), label, id === stream.sound)));
  }

  showTexts() {
    const { texts, parts } = this;
    const { captions, shown } = texts;
    parts.captions.hidden = !captions.length;
    parts["text-row"].hidden = !captions.length;
    parts.captions.setAttribute("aria-pressed", String(shown !== -1));
    const named = ({ label, kind }) => (kind === "captions" ? `${label}, with sounds` : label);
    parts.text.replaceChildren(
      option("-1", "Off", shown === -1),
      ...captions.map((one, i) => option(String(i), named(one), i === shown)),
    );
  }

  #listKeys() {
    const rows = [...KEYS, { keys: ["0 – 9"], says: "To that tenth of the whole" }].flatMap(({ keys, says }) => {
      const term = document.createElement("dt");
      term.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: keyName(key) })));
      return [term, Object.assign(document.createElement("dd"), { textContent: says })];
    });
    this.parts["keys-list"].replaceChildren(...rows);
  }

  help() {
    this.parts.settings.hidePopover();
    this.parts.keys.showModal();
  }
}
