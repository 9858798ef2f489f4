// Loads the uploader where it is needed: on its page, and after a reload in the middle of uploads. It then stays.
const MARK = "bandstand.uploads";

let loading;

function isMarked(person) {
  try {
    return Boolean(person) && localStorage.getItem(MARK) === person;
  } catch {
    return false; // storage is switched off
  }
}

async function look() {
  const place = document.querySelector("[data-uploader]");
  if (!place) return;
  const wanted = document.querySelector("[data-uploads-page]") || isMarked(document.body.dataset.person);
  if (wanted) loading ??= import(place.dataset.uploader);
  if (loading) (await loading).mount();
}

export function watchUploads() {
  document.addEventListener("htmx:after:swap", look);
  look();
}
