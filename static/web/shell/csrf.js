// Django's token for requests that are not form posts. Read at request time: it changes when someone signs in.

export function csrfToken(cookies = document.cookie) {
  const found = cookies.split("; ").find((part) => part.startsWith("bandstand_csrf="));
  return found ? decodeURIComponent(found.slice("bandstand_csrf=".length)) : "";
}

export function csrfHeader() {
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (request.method?.toUpperCase() !== "GET") request.headers["X-CSRFToken"] = csrfToken();
  });
}
