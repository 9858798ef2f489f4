// What somebody may play has changed: the badges of the page are asked for anew, wherever they stand.
import { live } from "../../core/realtime.js";
import { calmly } from "./calmly.js";

const AT_MOST_EVERY_MS = 1000;
const AT_ONCE = 200;

async function ask(ids) {
  const query = ids.map((id) => `item=${encodeURIComponent(id)}`).join("&");
  const answer = await fetch(`/access/badges/?${query}`, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const badge of page.querySelectorAll("[data-access]")) {
    const same = document.querySelectorAll(`[data-access="${CSS.escape(badge.dataset.access)}"]`);
    for (const old of same) old.replaceChildren(...badge.cloneNode(true).childNodes);
  }
}

async function renew() {
  const shown = document.querySelectorAll("[data-access]");
  const ids = [...new Set([...shown].map(({ dataset }) => dataset.access))];
  for (let at = 0; at < ids.length; at += AT_ONCE) await ask(ids.slice(at, at + AT_ONCE)).catch(() => {});
}

export function renewBadges() {
  if (!document.body.dataset.person) return;
  const again = calmly(renew, AT_MOST_EVERY_MS);
  live().follow("me", ({ type }) => type === "entitlements" && again());
}
