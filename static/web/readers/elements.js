// Stoplight Elements is an element of its own; the part behind # says what is shown, so that no address is made up.
import { place, schema } from "./page.js";

const reader = document.createElement("elements-api");
const options = {
  apiDescriptionUrl: schema,
  router: "hash",
  layout: "responsive",
  tryItCredentialsPolicy: "same-origin",
};
for (const [name, value] of Object.entries(options)) reader.setAttribute(name, value);
place.append(reader);
