// Copy buttons in the administration, which has no toasts: the button itself says that it is done.
const SHOWN_MS = 2000;

async function put(text) {
  if (navigator.clipboard?.writeText) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  document.body.append(area);
  area.select();
  document.execCommand("copy"); // the only way without a secure context
  area.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button || button.dataset.was) return;
  try {
    await put(button.dataset.copy);
  } catch {
    const shown = button.previousElementSibling; // a person copies it from here
    if (shown.select) shown.select();
    else getSelection().selectAllChildren(shown);
    return;
  }
  button.dataset.was = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = button.dataset.done;
  setTimeout(() => {
    button.textContent = button.dataset.was;
    delete button.dataset.was;
  }, SHOWN_MS);
});
