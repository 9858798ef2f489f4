// What the system shows and asks of what plays (Media Session): title, picture, position, and the keys of headphones.

const ACTIONS = {
  play: (player) => player.act({ verb: "play" }),
  pause: (player) => player.act({ verb: "pause" }),
  stop: (player) => player.act({ verb: "close" }),
  seekbackward: (player, { seekOffset }) => player.act({ verb: "skip", value: -(seekOffset ?? 10) }),
  seekforward: (player, { seekOffset }) => player.act({ verb: "skip", value: seekOffset ?? 30 }),
  seekto: (player, { seekTime }) => player.act({ verb: "seek", value: seekTime }),
};
const WITH_CHAPTERS = {
  previoustrack: (player) => player.act({ verb: "chapter", value: -1 }),
  nexttrack: (player) => player.act({ verb: "chapter", value: 1 }),
};

function handle(action, handler) {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // A browser that does not know this one.
  }
}

export function tellSystem(player) {
  const { engine } = player;
  const { mediaSession } = navigator;
  if (!mediaSession) return;
  const on = (actions, item) => {
    for (const [name, act] of Object.entries(actions)) handle(name, item ? (detail) => act(player, detail) : null);
  };
  engine.addEventListener("item", ({ detail: item }) => {
    const open = engine.started ? item : null;
    mediaSession.metadata = open
      ? new MediaMetadata({
          title: open.title,
          artist: open.artist,
          artwork: open.cover ? [{ src: open.cover, type: "image/webp" }] : [],
        })
      : null;
    on(ACTIONS, open);
    on(WITH_CHAPTERS, open?.chapters.length ? open : null);
  });
  const showPosition = () => {
    const { video, duration, rate } = engine;
    mediaSession.playbackState = video.paused ? "paused" : "playing";
    if (duration > 0 && rate > 0)
      mediaSession.setPositionState?.({
        duration,
        playbackRate: rate,
        position: Math.min(video.currentTime, duration),
      });
  };
  for (const type of ["play", "pause", "seeked", "ratechange", "durationchange"])
    engine.video.addEventListener(type, showPosition);
}
