// One sprite of the icons in use: `<svg><use href="…/icons.svg#play"></use></svg>`.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { modules } from "./paths.mjs";

async function symbolOf(name) {
  const file = path.join(modules, "lucide-static", "icons", `${name}.svg`);
  const source = await readFile(file, "utf8");
  const inner = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
}

export async function sprite(names) {
  const symbols = await Promise.all([...new Set(names)].sort().map(symbolOf));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
