// What is wrong in a form stands at the field that it is about, and is announced. Forms marked with data-faults are
// judged by the server alone: its words are in the person's language, and it knows more than the browser.

const SHOWN = [400, 409, 422];
let number = 0;

const controlOf = (form, name) =>
  [...form.elements].find((one) => one.name === name && one.type !== "hidden" && one.matches("input, select, textarea"));

function remove(fault) {
  const control = document.querySelector(`[aria-describedby="${fault.id}"]`);
  control?.removeAttribute("aria-invalid");
  control?.removeAttribute("aria-describedby");
  fault.remove();
}

const clear = (form) => form.querySelectorAll(".fault").forEach(remove);

function put(form, words, control) {
  const fault = document.createElement("p");
  fault.className = "fault";
  fault.id = `fault-${(number += 1)}`;
  fault.setAttribute("role", "alert");
  fault.textContent = words;
  if (!control) {
    form.append(fault);
    return;
  }
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", fault.id);
  (control.closest("fieldset, label") ?? control).after(fault);
}

/** Sent by errors.js: {status, detail, fields: {name: words}} as the server answered. */
function onFault(event) {
  const { target: form, detail: answer } = event;
  if (!form.matches?.("form[data-faults]") || !SHOWN.includes(answer.status)) return;
  event.preventDefault();
  clear(form);
  const named = Object.entries(answer.fields ?? {}).map(([name, words]) => [words, controlOf(form, name)]);
  const found = named.filter(([, control]) => control);
  if (found.length === 0) put(form, answer.detail);
  for (const [words, control] of found) put(form, words, control);
  found[0]?.[1].focus();
}

function onInput({ target }) {
  const fault = target.getAttribute?.("aria-invalid") && document.getElementById(target.getAttribute("aria-describedby"));
  if (fault?.matches(".fault")) remove(fault);
}

export const hasFault = (form) => form.querySelector(".fault") !== null;

export function start() {
  document.addEventListener("sd:fault", onFault);
  document.addEventListener("input", onInput);
  // before the browser looks at the form; Enter in a field is a click on its button, too
  document.addEventListener(
    "click",
    ({ target }) => {
      const form = target.closest?.("button")?.form;
      if (form?.matches("[data-faults]")) form.noValidate = true;
    },
    true,
  );
}
