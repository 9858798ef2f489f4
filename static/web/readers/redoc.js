// Redoc only reads: there is nothing to try out.
import { place, schema } from "./page.js";

window.Redoc.init(schema, { hideDownloadButton: false, nativeScrollbars: true }, place);
