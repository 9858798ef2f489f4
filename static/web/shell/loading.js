// A line at the top while a page is on its way, but only when it takes long enough to be noticed.
const NOTICED_MS = 200;

export function showLoading() {
  let underWay = 0;
  let timer;
  const isPage = (event) => event.detail.ctx?.select === "#main" || event.detail.ctx?.target === document.body;
  document.addEventListener("htmx:before:request", (event) => {
    if (!isPage(event)) return;
    underWay += 1;
    timer ??= setTimeout(() => {
      document.documentElement.dataset.loading = "true";
    }, NOTICED_MS);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (!isPage(event)) return;
    underWay = Math.max(0, underWay - 1);
    if (underWay) return;
    clearTimeout(timer);
    timer = undefined;
    delete document.documentElement.dataset.loading;
  });
}
