// Short messages at the edge of the page: `dispatchEvent(new CustomEvent("bandstand:toast", {detail: {text, tone}}))`.
const STAY_MS = 6000;

export function toasts() {
  return {
    shown: [],
    last: 0,
    init() {
      window.addEventListener("bandstand:toast", (event) => this.add(event.detail));
    },
    add({ text, tone = "info" }) {
      const id = String(++this.last);
      this.shown.push({ id, text, tone });
      setTimeout(() => this.drop(id), STAY_MS);
    },
    dismiss() {
      this.drop(this.$el.dataset.id);
    },
    drop(id) {
      this.shown = this.shown.filter((toast) => toast.id !== id);
    },
  };
}
