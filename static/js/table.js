// The lead table's own behaviour around htmx: what a morph leaves as the person set it.

import { tableQuery, tableUrl } from "./address.js";

/** Attributes were renewed by the morph; a control that a person touched keeps its own state beside them. */
function asTheServerSays(control) {
  if (control === document.activeElement) return;
  if (control.type === "checkbox") control.checked = control.defaultChecked;
  else if (control.tagName === "SELECT") {
    const chosen = [...control.options].findIndex((option) => option.defaultSelected);
    control.selectedIndex = Math.max(chosen, 0);
  } else if (control.name !== "q") control.value = control.defaultValue;
  else control.value = tableQuery().get("q") ?? "";
}

let shownPage = tableUrl();

function onSwap() {
  for (const control of document.getElementById("filter").elements) asTheServerSays(control);
  if (tableUrl() === shownPage) return; // the same rows, fresher
  shownPage = tableUrl();
  document.getElementById("wrap").scrollTop = 0;
}

// the address changes after the swap
document.addEventListener("htmx:after:history:update", () => setTimeout(onSwap));
