// The lead page: a form whose content was stored is emptied; one that was refused keeps every letter.

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const form = detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.call, form.note")) return;
  form.reset();
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
});
