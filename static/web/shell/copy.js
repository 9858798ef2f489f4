// Copies the text of `x-ref="text"` and says so for a moment.

export function copy() {
  return {
    label: "Copy",
    async copy() {
      try {
        await navigator.clipboard.writeText(this.$refs.text.textContent);
        this.label = "Copied";
      } catch {
        getSelection().selectAllChildren(this.$refs.text); // without the permission: selected, ready for Ctrl+C
        this.label = "Press Ctrl+C";
      }
      setTimeout(() => {
        this.label = "Copy";
      }, 2500);
    },
  };
}
