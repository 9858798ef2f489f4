// Sends one file with tus-js-client and goes on from where it was after being killed: run as a process of its own.
//   node tusjs_client.mjs ENDPOINT TOKEN FILE STATE PIECE_BYTES PARALLEL

import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { Upload } from "tus-js-client";

const [endpoint, token, file, state, piece, parallel] = process.argv.slice(2);

/** The library's own store is written in place; a process that is killed while it writes would lose everything. */
const store = {
  read: () => (existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : {}),
  write(all) {
    writeFileSync(`${state}.part`, JSON.stringify(all));
    renameSync(`${state}.part`, state);
  },
  async findAllUploads() {
    return Object.entries(this.read()).map(([urlStorageKey, upload]) => ({ ...upload, urlStorageKey }));
  },
  async findUploadsByFingerprint() {
    return this.findAllUploads();
  },
  async addUpload(_fingerprint, upload) {
    this.write({ upload });
    return "upload";
  },
  async removeUpload() {
    this.write({});
  },
};

const upload = new Upload(createReadStream(file), {
  endpoint,
  chunkSize: Number(piece),
  parallelUploads: Number(parallel),
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: basename(file) },
  retryDelays: Array(500).fill(100),
  urlStorage: store,
  fingerprint: async () => "file",
  storeFingerprintForResuming: true,
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    process.exit(0);
  },
});

const [earlier] = await upload.findPreviousUploads();
if (earlier) upload.resumeFromPreviousUpload(earlier);
upload.start();
