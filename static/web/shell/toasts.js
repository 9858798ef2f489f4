// Short messages at the edge of the page, three at a time; the others wait their turn:
// `toast({text, tone, action: {label, run}})`. They wait while somebody points at them or has the focus in them.
const STAY_MS = 6000;
const STAY_WITH_ACTION_MS = 10_000;
const TICK_MS = 250;
const AT_ONCE = 3;

export function toast(detail) {
  window.dispatchEvent(new CustomEvent("bandstand:toast", { detail }));
}

export function toasts() {
  return {
    shown: [],
    waiting: [],
    resting: false,
    last: 0,
    init() {
      window.addEventListener("bandstand:toast", (event) => this.add(event.detail));
      setInterval(() => this.tick(), TICK_MS);
    },
    add({ text, tone = "info", action = null }) {
      const left = action ? STAY_WITH_ACTION_MS : STAY_MS;
      this.waiting.push({ id: String(++this.last), text, tone, action, left });
      this.fill();
    },
    fill() {
      while (this.waiting.length && this.shown.length < AT_ONCE) this.shown.push(this.waiting.shift());
    },
    tick() {
      if (this.resting || !this.shown.length) return;
      for (const one of this.shown) one.left -= TICK_MS;
      this.keep((one) => one.left > 0);
    },
    rest() {
      this.resting = true;
    },
    go() {
      this.resting = false;
    },
    act() {
      const one = this.shown.find(({ id }) => id === this.$el.dataset.id);
      this.dismiss();
      one?.action.run();
    },
    dismiss() {
      const { id } = this.$el.dataset;
      this.keep((one) => one.id !== id);
      this.resting = false; // what was pointed at is gone
    },
    keep(wanted) {
      const kept = this.shown.filter(wanted);
      if (kept.length !== this.shown.length) this.shown = kept;
      this.fill();
    },
  };
}
