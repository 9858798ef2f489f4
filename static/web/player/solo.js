// One tab plays at a time: whoever begins tells the others, and they pause.

export function playAlone(video, Channel = globalThis.BroadcastChannel) {
  if (!Channel) return;
  const channel = new Channel("bandstand.player");
  video.addEventListener("play", () => channel.postMessage("playing"));
  channel.addEventListener("message", ({ data }) => {
    if (data === "playing" && !video.paused) video.pause();
  });
}
