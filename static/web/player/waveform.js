// The waveform of what is only heard, drawn from peaks in audiowaveform's JSON (version 2). Colours come from the style
// sheet: --wave-rest, --wave-played and --wave-hover of the canvas.

const BAR_PX = 3;
const GAP_PX = 1.5;
const LEAST = 0.03;

/**
 * The loudest of each of `count` stretches, from 0 to 1, the loudest of all being 1. `data` has pairs of smallest and
 * largest values per channel, `bits` wide.
 */
export function heights({ data, channels = 1, bits = 8 }, count) {
  const step = 2 * channels;
  const pairs = Math.floor(data.length / step);
  const full = 2 ** (bits - 1);
  const bars = Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * pairs) / count) * step;
    const to = Math.max(from + step, Math.floor(((bar + 1) * pairs) / count) * step);
    let most = 0;
    for (let i = from; i < to && i < data.length; i++) most = Math.max(most, Math.abs(data[i]) / full);
    return most;
  });
  const loudest = Math.max(...bars, 0.001);
  return bars.map((bar) => Math.max(LEAST, Math.min(1, bar / loudest)));
}

export class Waveform {
  constructor(canvas) {
    Object.assign(this, { canvas, peaks: null, played: 0, under: null });
    new ResizeObserver(() => this.#measure()).observe(canvas);
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  clear() {
    this.peaks = null;
    this.asked = null;
    this.canvas.hidden = true;
  }

  /** Without peaks the bar stays a plain one. */
  async load(address) {
    this.asked = address;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const peaks = answer.ok ? await answer.json() : null;
      if (this.asked !== address || !Array.isArray(peaks?.data) || !peaks.data.length) return;
      this.peaks = peaks;
      this.canvas.hidden = false;
      this.#measure();
    } catch {
      // No waveform, then.
    }
  }

  show(part) {
    const moved = Math.abs(part - this.played) * this.canvas.clientWidth >= 0.5;
    this.played = part;
    if (moved) this.draw();
  }

  hover(part) {
    if (this.under === part) return;
    this.under = part;
    this.draw();
  }

  #measure() {
    const { canvas } = this;
    if (!this.peaks || !canvas.clientWidth) return;
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    this.bars = heights(this.peaks, Math.max(1, Math.floor(canvas.clientWidth / (BAR_PX + GAP_PX))));
    this.draw();
  }

  draw() {
    const { canvas, bars } = this;
    if (!this.peaks || !bars) return;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    const [rest, played, hover] = ["rest", "played", "hover"].map((name) => style.getPropertyValue(`--wave-${name}`));
    const { width, height } = canvas;
    const step = width / bars.length;
    const wide = (step * BAR_PX) / (BAR_PX + GAP_PX);
    pen.clearRect(0, 0, width, height);
    bars.forEach((bar, i) => {
      const part = (i + 0.5) / bars.length;
      pen.fillStyle = part <= this.played ? played : part <= (this.under ?? 0) ? hover : rest;
      pen.beginPath();
      pen.roundRect(i * step, ((1 - bar) * height) / 2, wide, Math.max(wide, bar * height), wide / 2);
      pen.fill();
    });
  }
}
