// What a person has typed about one lead and not stored waits, form and all, until that lead is shown again.

const MOST = 20;
const places = new Map();

const chosenAtFirst = ({ options }) => Math.max([...options].findIndex((option) => option.defaultSelected), 0);

const wasTouched = (control) => {
  if (control.type === "hidden") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") return control.selectedIndex !== chosenAtFirst(control);
  return "defaultValue" in control && control.value !== control.defaultValue;
};

/** Whether a form holds something that the server does not have. */
export const isTouched = (form) => [...form.elements].some(wasTouched);

/** Takes the content of `node` out and keeps it if there is something unsaved in it. */
export function park(node) {
  const url = node.querySelector("[data-lead-url]")?.dataset.leadUrl;
  if (!url || ![...node.querySelectorAll("form")].some(isTouched)) return;
  const kept = document.createDocumentFragment();
  kept.append(...node.childNodes);
  places.delete(url);
  places.set(url, kept);
  if (places.size > MOST) places.delete(places.keys().next().value);
}

/** What was parked for this lead, once; undefined where nothing was. */
export function parked(url) {
  const kept = places.get(url);
  places.delete(url);
  return kept;
}
