// What the site has found out about a file, as people read it.

const CODECS = {
  h264: "H.264",
  hevc: "HEVC",
  av1: "AV1",
  vp9: "VP9",
  vp8: "VP8",
  aac: "AAC",
  mp3: "MP3",
  flac: "FLAC",
  opus: "Opus",
};

function namesOf(tags, locale) {
  const names = new Intl.DisplayNames([locale], { type: "language", fallback: "code" });
  return [...new Set(tags)].map((tag) => names.of(tag)).join(", ");
}

const codec = (name) => CODECS[name] ?? name.toUpperCase();

/** Of an item's JSON: length, size of the picture, codecs, languages, chapters; each only once it is known. */
export function factsOf(item, clock, locale = "en") {
  const file = item.file ?? {};
  const facts = [];
  if (item.duration_ms) facts.push(clock(item.duration_ms / 1000));
  if (file.width) facts.push(`${file.width} × ${file.height}`);
  if (file.video_codec) facts.push(codec(file.video_codec));
  if (file.audio_codec) facts.push(codec(file.audio_codec));
  if (file.languages?.length) facts.push(`Sound: ${namesOf(file.languages, locale)}`);
  if (file.text_languages?.length) facts.push(`Captions: ${namesOf(file.text_languages, locale)}`);
  if (item.chapters?.length) facts.push(item.chapters.length === 1 ? "1 chapter" : `${item.chapters.length} chapters`);
  return facts;
}
