// The shell: small behaviours that pages share. Pages work without it, only less smoothly.
import Alpine from "@alpinejs/csp";
import { showActivity } from "./shell/activity.js";
import { announcePages } from "./shell/announce.js";
import { copy } from "./shell/copy.js";
import { csrfHeader } from "./shell/csrf.js";
import { followTopics } from "./shell/follow.js";
import { watchJumps } from "./shell/jumps.js";
import { menu } from "./shell/menu.js";
import { markPlaces } from "./shell/places.js";
import { watchPlayers } from "./shell/players.js";
import { offerThemes } from "./shell/themes.js";
import { toasts } from "./shell/toasts.js";
import { watchUploads } from "./shell/uploads.js";

Alpine.data("menu", menu);
Alpine.data("copy", copy);
Alpine.data("toasts", toasts);
Alpine.start();

csrfHeader();
markPlaces();
announcePages();
offerThemes();
watchPlayers();
watchJumps();
followTopics();
showActivity();
watchUploads();
