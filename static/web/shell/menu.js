// A <details> menu that also closes on Escape, on a click elsewhere and after a choice.

export function menu() {
  return {
    init() {
      this.$el.addEventListener("click", (event) => {
        if (event.target.closest(".menu-entry")) this.close();
      });
    },
    close() {
      const box = this.$root;
      if (!box.open) return;
      const held = box.contains(document.activeElement);
      box.open = false;
      if (held) box.querySelector("summary").focus();
    },
  };
}
