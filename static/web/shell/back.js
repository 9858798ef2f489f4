// "Back to where you were": a button for those who came from somewhere.

export function offerBack() {
  const show = () => {
    for (const button of document.querySelectorAll("[data-go-back]")) button.hidden = history.length < 2;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-go-back]")) history.back();
  });
  document.addEventListener("htmx:after:swap", show);
  show();
}
