// What the five readers share: where the document is, and the token against forgery for requests that are tried out.

export const schema = document.body.dataset.schema;
export const place = document.querySelector("#reader");

export function token() {
  return document.cookie.match(/(?:^|; )bandstand_csrf=([^;]*)/)?.[1] ?? "";
}
