// The Chromium of @sparticuz/chromium, unpacked once below node_modules; nothing is downloaded.
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { chromium } from "playwright-core";
import { extract } from "tar-fs";

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules");
const packed = path.join(modules, "@sparticuz", "chromium");

async function exists(place) {
  return access(place).then(
    () => true,
    () => false,
  );
}

const unbrotli = (file, target) =>
  pipeline(createReadStream(path.join(packed, "bin", file)), createBrotliDecompress(), target);

/** Unpacks into a folder of its own and renames it, so that several runs may begin at once. */
async function unpack(folder) {
  const own = `${folder}.${process.pid}`;
  await mkdir(own, { recursive: true });
  await Promise.all([
    unbrotli("chromium.br", createWriteStream(path.join(own, "chromium"), { mode: 0o755 })),
    unbrotli("al2023.tar.br", extract(own)),
    unbrotli("fonts.tar.br", extract(own)),
    unbrotli("swiftshader.tar.br", extract(own)),
  ]);
  try {
    await rename(own, folder);
  } catch {
    await rm(own, { recursive: true, force: true }); // another run was first
  }
}

async function home() {
  const { version } = JSON.parse(await readFile(path.join(packed, "package.json"), "utf8"));
  const folder = path.join(modules, ".cache", `chromium-${version}`);
  if (!(await exists(path.join(folder, "chromium")))) await unpack(folder);
  return folder;
}

/** A headless browser that plays H.264 and AAC, with its own NSS libraries and fonts beside it. */
export async function launch() {
  const folder = await home();
  return chromium.launch({
    executablePath: path.join(folder, "chromium"),
    args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, "lib"),
      FONTCONFIG_PATH: path.join(folder, "fonts"),
    },
  });
}
