// Small help for plain forms: no double submit, sending on change, a file dropped on its zone.

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
  if (form.hasAttribute("aria-busy")) event.preventDefault();
  else form.setAttribute("aria-busy", "true");
}

/** The second click of a double click: the answer to the first one may be there already, and the form free again. */
function onClick(event) {
  if (event.detail > 1 && event.target.closest?.("form[data-once] button")) event.preventDefault();
}

function zoneOf(event) {
  const zone = event.target.closest?.(".drop");
  if (zone) event.preventDefault();
  return zone;
}

function onDrop(event) {
  const zone = zoneOf(event);
  if (!zone) return;
  zone.classList.remove("over-file");
  const input = zone.querySelector('input[type="file"]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function start() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick, true);
  // back from the next page: the form may be sent again
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-autosubmit]")) target.form.requestSubmit();
  });
  document.addEventListener("dragover", (event) => zoneOf(event)?.classList.add("over-file"));
  document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over-file"));
  document.addEventListener("drop", onDrop);
}
