// Native <dialog>, <details class="menu"> and the question behind hx-confirm.

const FIELDS = "textarea, select, input:not([type=hidden], [type=radio], [type=checkbox])";

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
  event.target.closest(".orders a")?.closest("[popover]").hidePopover();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.dlg")) event.target.close(); // a click on the backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const chosen = event.target.closest(".menu-list a, .menu-list [data-dismiss]");
    if (!menu.contains(event.target) || chosen) menu.open = false;
  }
}

function closeTour() {
  // an open account menu lies above it, and the browser itself closes that one
  const button = document.querySelector(".tour:not([hidden]) [data-tour-close]");
  if (!button || document.querySelector(":popover-open")) return false;
  button.click();
  return true;
}

/** Esc closes the topmost thing; true if there was one. */
export function closeTopmost() {
  const menu = [...document.querySelectorAll("details.menu[open]")].pop();
  if (!menu) return closeTour();
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

/** What htmx puts into a dialog is there to be seen; nothing left to show closes it. */
function onSwap({ detail: { ctx } }) {
  const dialog = ctx?.target?.closest?.("dialog");
  if (!dialog) return;
  if (!ctx.target.firstElementChild) {
    dialog.close();
    return;
  }
  document.querySelector(":popover-open")?.hidePopover(); // focus returns to its button, and later from here
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector(FIELDS);
  first?.focus();
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (!ctx.confirm) return;
    event.preventDefault();
    confirmWith(ctx.confirm, (yes) => (yes ? issueRequest() : dropRequest()));
  });
}
