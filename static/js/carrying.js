// What somebody types, ticks or marks in a form while its successor is on its way: nothing of it is lost. The text
// that one is writing and the list that one has open stay the very elements that they are, so that the caret, a word
// in composition and a letter typed in the moment of the swap stay, too.

const FIELDS = "input:not([type=hidden], [type=search]), select:not([data-refresh])";
const keyOf = (field) => (field.type === "checkbox" ? `${field.name}=${field.value}` : field.id || field.name);
const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);
const fieldsOf = (root) => new Map([...root.querySelectorAll(FIELDS)].map((field) => [keyOf(field), field]));
const choicesOf = (list) => [...fieldsOf(list).keys()].join("\n");

let sent = new Map();
let from = null;

/** The form goes off as it is now. */
export function remember(form) {
  sent = new Map([...fieldsOf(form)].map(([key, field]) => [key, valueOf(field)]));
  from = document.activeElement;
}

function stay(used, successor) {
  if (used.matches("input")) {
    for (const name of used.getAttributeNames()) if (!successor.hasAttribute(name)) used.removeAttribute(name);
    for (const { name, value } of successor.attributes) used.setAttribute(name, value);
  }
  successor.setAttribute("hx-preserve", "");
}

function keepOpen(form, fragment) {
  for (const list of form.querySelectorAll("details[open]")) {
    const successor = fragment.getElementById(list.id);
    if (!successor?.matches("details")) continue;
    successor.open = true;
    if (!successor.querySelector(".bad") && choicesOf(list) === choicesOf(successor)) stay(list, successor);
  }
}

/** Before `fragment` takes the place of `form`. Returns the control to which a person has gone on since, as it will
 * be then, or null; and the fields that took something over. */
export function carry(form, fragment) {
  const active = form.contains(document.activeElement) ? document.activeElement : null;
  const [old, fresh] = [fieldsOf(form), fieldsOf(fragment)];
  const changed = [];
  for (const [key, field] of old) {
    const successor = fresh.get(key);
    if (successor?.type !== field.type || sent.get(key) === valueOf(field)) continue;
    if (field.type === "checkbox") successor.checked = field.checked;
    else successor.value = field.value;
    changed.push(successor);
  }
  keepOpen(form, fragment);
  const successor = active && (fresh.get(keyOf(active)) ?? fragment.getElementById(active.id));
  if (active?.matches("input[type=text]") && active.id && successor?.type === "text") stay(active, successor);
  const kept = successor?.closest("[hx-preserve]");
  return { goneOn: active === from ? null : kept ? active : successor, changed };
}
