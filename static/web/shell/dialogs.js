// Questions before what cannot be taken back. The native <dialog> traps focus, closes on Escape and returns focus.

const box = () => document.querySelector("#ask");

/** Asks; true only for a clear yes. `detail` says what follows, `action` names the button. */
export function ask({ text, detail = "", action = "Go on" }) {
  const dialog = box();
  dialog.querySelector("#ask-text").textContent = text;
  const more = dialog.querySelector("[data-part=detail]");
  more.textContent = detail;
  more.hidden = !detail;
  dialog.querySelector("[data-answer=yes]").textContent = action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Forms with data-confirm are sent after a yes, whether htmx or the browser sends them. */
async function hold(event) {
  const form = event.target;
  if (!form.dataset?.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm: text, confirmDetail: detail, confirmAction: action } = form.dataset;
  if (!(await ask({ text, detail, action }))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}

function holdRequest(event) {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  ask({ text: ctx.confirm }).then((yes) => (yes ? issueRequest() : dropRequest()));
}

export function askFirst() {
  document.addEventListener("submit", hold, { capture: true });
  document.addEventListener("htmx:confirm", holdRequest);
  document.addEventListener("click", (event) => {
    const answer = event.target.closest?.("#ask [data-answer]")?.dataset.answer;
    if (answer) box().close(answer);
    else if (event.target === box()) box().close("no"); // a click on the veil around it
  });
}
