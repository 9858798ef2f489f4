// Just enough of the tar format (POSIX.1-1988, ustar) to take named plain files out of what npm packs.

const BLOCK = 512;
const PLAIN = new Set(["0", "\0"]);

const textAt = (bytes, start, length) => bytes.toString("utf8", start, start + length).replace(/\0.*$/s, "");

/** The wanted files of an unpacked tarball by their name in it. Links, folders and everything else are left alone. */
export function filesOf(tar, wanted) {
  const found = new Map();
  let at = 0;
  while (at + BLOCK <= tar.length && tar[at] !== 0) {
    const size = Number.parseInt(textAt(tar, at + 124, 12), 8) || 0;
    const prefix = textAt(tar, at + 257, 5) === "ustar" ? textAt(tar, at + 345, 155) : "";
    const name = prefix ? `${prefix}/${textAt(tar, at, 100)}` : textAt(tar, at, 100);
    const kind = String.fromCharCode(tar[at + 156]);
    if (PLAIN.has(kind) && wanted.has(name)) found.set(name, tar.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}
