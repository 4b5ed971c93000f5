// The editor of temperature rules: rows come and go, a row shows the inputs that its comparison needs, and the
// worth of a weight follows what is typed. Without this script all inputs show and empty rows stand ready.

const form = document.getElementById("ruleset_form");
const OTHER_ATTRIBUTE = ".attributes";

/** Which inputs of a row are needed; the stylesheet hides the others. */
function arrange(row) {
  row.dataset.op = row.querySelector("[name$='-op']").value;
  row.dataset.other = row.querySelector("[name$='-field']").value.endsWith(OTHER_ATTRIBUTE) ? "1" : "";
}

function isEmpty(row) {
  return [...row.querySelectorAll("input:not([type=checkbox]), textarea, [name$='-field']")].every((input) => !input.value);
}

/** The empty row of a formset, as row `index`. */
function numbered(template, index) {
  const row = template.content.cloneNode(true);
  for (const element of row.querySelectorAll("[name], [id], [for]")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace("__prefix__", index));
    }
  }
  return row;
}

function rowsOf(area) {
  const list = area.querySelector("[data-list]");
  const total = area.querySelector("[name$='-TOTAL_FORMS']");
  const most = Number(area.querySelector("[name$='-MAX_NUM_FORMS']").value);
  const initial = Number(area.querySelector("[name$='-INITIAL_FORMS']").value);
  const add = area.querySelector("[data-add]");

  const count = () => {
    total.value = list.children.length;
    add.disabled = list.children.length >= most;
  };
  // the empty rows are for those without scripts
  for (const row of [...list.children].slice(initial).reverse()) {
    if (!isEmpty(row)) break;
    row.remove();
  }
  for (const row of list.children) arrange(row);
  add.hidden = false;
  add.addEventListener("click", () => {
    list.append(numbered(area.querySelector("template"), list.children.length));
    arrange(list.lastElementChild);
    count();
    list.lastElementChild.querySelector("select").focus();
  });
  count();
}

const number = (input) => (input.value.trim() === "" ? NaN : Number(input.value));
const figure = (value, digits) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const signed = (value) => (Number(value.toFixed(1)) > 0 ? "+" : "") + figure(value, 1).replace("-", "−");

/** 50 · (1 − 2^(−weight/scale)), as leads/temperature.py says. */
function worth() {
  const scale = number(form.elements.scale_heat);
  for (const cell of form.querySelectorAll("[data-points]")) {
    const weight = number(form.elements[cell.dataset.points]);
    const points = Math.max(50 * (1 - 2 ** (-weight / scale)), -50);
    cell.textContent = scale > 0 && Number.isFinite(points) ? signed(points) : "—";
  }
}

function days() {
  const shown = form.querySelector("[data-days]");
  const hours = number(form.elements[shown.dataset.days]);
  const text = Number.isFinite(hours) ? String(Math.round((hours / 24) * 100) / 100) : "—";
  shown.textContent = shown.dataset.text.replace("{n}", text);
}

form.classList.add("rl-live");
for (const area of form.querySelectorAll("[data-rows]")) rowsOf(area);
form.addEventListener("change", (event) => {
  const row = event.target.closest(".rl-row");
  if (row) arrange(row);
});
form.addEventListener("input", () => {
  worth();
  days();
});
