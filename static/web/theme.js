// Runs before the first paint, so that the chosen theme never flashes. "system" is the absence of a choice.
const KEY = "bandstand.theme";

function chosen() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "paper" || value === "ink" ? value : null;
  } catch {
    return null; // storage can be switched off; the system's theme is then used
  }
}

const theme = chosen();
if (theme) document.documentElement.dataset.theme = theme;
document.documentElement.dataset.script = "on";
