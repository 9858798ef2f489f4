/** Time that passes only when a test says so. */
export class Clock {
  now = 0;
  waiting = new Map();
  next = 1;
  setTimeout = (action, milliseconds) => {
    this.waiting.set(this.next, { at: this.now + milliseconds, action });
    return this.next++;
  };
  clearTimeout = (id) => this.waiting.delete(id);
  pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const due = [...this.waiting].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.waiting.delete(due[0]);
      this.now = due[1].at;
      due[1].action();
    }
    this.now = end;
  }
}
