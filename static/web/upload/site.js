// What the uploads ask of the site, besides the bytes themselves (transfer.js).
import { csrfToken } from "../shell/csrf.js";

export const ENDPOINT = "/api/v1/uploads/";
const SIGN_IN_CODES = new Set(["not_authenticated", "authentication_failed", "sign_in", "signed_out"]);
const AWAY = "The site cannot be reached. Check your connection and try again.";
const SENTENCES = {
  401: "You are signed out. Sign in again, then go on here.",
  404: "The site has nothing left of this upload. Try again to send it from the beginning.",
  410: "This upload was not finished in time. Try again to send it from the beginning.",
  413: "This file is larger than the site takes.",
  429: "That were many requests. Wait a minute and try again.",
  507: "The site has no room left at the moment.",
};

/**
 * Something that the person should read. `signIn`: signing in again helps. `gone`: it must begin at the first byte.
 * `unreadable`: the file on this device is not what it was.
 */
export class Trouble extends Error {
  constructor(message, { status = 0, signIn = false, unreadable = false } = {}) {
    super(message);
    Object.assign(this, { status, signIn, unreadable });
    this.gone = status === 404 || status === 410;
  }
}

function errorOf(text) {
  try {
    return JSON.parse(text)?.error ?? null;
  } catch {
    return null; // a page of a proxy, or nothing: HEAD has no body
  }
}

/** The trouble that an answer means: the site's own sentence, else one by its status. */
export function troubleOf(status, text = "") {
  const error = errorOf(text);
  const signIn = status === 401 || SIGN_IN_CODES.has(error?.code) || (status === 403 && !error);
  const own = signIn ? SENTENCES[401] : (error?.message ?? SENTENCES[status]);
  const otherwise = status ? "The site could not take this. Please try again." : AWAY;
  return new Trouble(own ?? otherwise, { status, signIn });
}

async function ask(url, { method = "GET", json, headers = {}, keepalive = false } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRFToken"] = csrfToken();
  if (json) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: sent,
      body: json && JSON.stringify(json),
      credentials: "same-origin",
      keepalive,
    });
  } catch {
    throw new Trouble(AWAY);
  }
  if (!answer.ok) throw troubleOf(answer.status, await answer.text().catch(() => ""));
  return answer.status === 204 ? null : answer.json();
}

const MOST_PAGES = 5;

/** The person's uploads that still wait for bytes, newest first. */
export async function unfinished() {
  const found = [];
  let next = `${ENDPOINT}?state=receiving`;
  for (let page = 0; next && page < MOST_PAGES; page++) {
    const answer = await ask(next);
    found.push(...answer.results.filter((upload) => upload.state === "receiving"));
    next = answer.next;
  }
  return found;
}

export const readUpload = (id) => ask(`${ENDPOINT}${id}/`);
export const readItem = (id) => ask(`/api/v1/items/${id}/`);
export const renameItem = (id, title) => ask(`/api/v1/items/${id}/`, { method: "PATCH", json: { title } });

/** Takes back what has been sent, even if the page is left at this moment; content that is gone already is fine, too. */
export async function terminate(url) {
  try {
    await ask(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" }, keepalive: true });
  } catch (trouble) {
    if (!trouble.gone) throw trouble;
  }
}
