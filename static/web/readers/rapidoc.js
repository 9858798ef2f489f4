// RapiDoc is an element of its own; its fonts would come from another host.
import { place, schema, token } from "./page.js";

const reader = document.createElement("rapi-doc");
const options = {
  "spec-url": schema,
  "load-fonts": "false",
  "render-style": "read",
  "show-header": "false",
  "allow-spec-url-load": "false",
  "allow-spec-file-load": "false",
  "allow-server-selection": "false",
};
for (const [name, value] of Object.entries(options)) reader.setAttribute(name, value);
reader.addEventListener("before-try", ({ detail }) => detail.request.headers.append("X-CSRFToken", token()));
place.append(reader);
