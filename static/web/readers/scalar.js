// Scalar, without what it would ask of its makers' hosts: fonts, a proxy, telemetry, an assistant.
import { schema, token } from "./page.js";

window.Scalar.createApiReference("#reader", {
  url: schema,
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: "",
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  onBeforeRequest({ request }) {
    request.headers.set("X-CSRFToken", token());
  },
});
