// Native <dialog>, <details class="menu"> and the question behind hx-confirm.

function confirmWith(question, answered) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("p").textContent = question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => answered(dialog.returnValue === "yes"), { once: true });
  dialog.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.open)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.dlg")) event.target.close(); // a click on the backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const chosen = event.target.closest(".menu-list a, .menu-list [data-dismiss]");
    if (!menu.contains(event.target) || chosen) menu.open = false;
  }
}

/** Esc closes the topmost thing; true if there was one. */
export function closeTopmost() {
  const menu = [...document.querySelectorAll("details.menu[open]")].pop();
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (!ctx.confirm) return;
    event.preventDefault();
    confirmWith(ctx.confirm, (yes) => (yes ? issueRequest() : dropRequest()));
  });
}
