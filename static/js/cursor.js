// The cursor of the lead table: one tab stop, kept on the same lead when rows are replaced.

let currentId = null;
/** Whether the focus was on the row when new rows came: a morph takes the row's tabindex, and the focus with it. */
let wasFocused = false;

const rows = () => [...document.querySelectorAll(".leads tbody tr[id]")].filter((row) => row.offsetParent !== null);

export const currentRow = () => document.querySelector(".leads tbody tr.cur");

export function mark(row) {
  for (const other of document.querySelectorAll(".leads tbody tr.cur")) {
    if (other === row) continue;
    other.classList.remove("cur");
    other.tabIndex = -1;
  }
  row.classList.add("cur");
  row.tabIndex = 0;
  currentId = row.id;
}

/** Puts the cursor and the focus on this row. */
export function select(row) {
  mark(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Moves by `step` rows, focuses, and tells `sd:cursor` (the panel follows it). */
export function move(step) {
  const list = rows();
  if (list.length === 0) return;
  const at = list.findIndex((row) => row.id === currentId);
  const row = list[at === -1 ? 0 : Math.min(list.length - 1, Math.max(0, at + step))];
  select(row);
  row.dispatchEvent(new CustomEvent("sd:cursor", { bubbles: true }));
}

function restore() {
  const list = rows();
  const row = list.find((candidate) => candidate.id === currentId) ?? list[0];
  if (!row) return;
  mark(row);
  if (wasFocused && document.activeElement === document.body) row.focus({ preventScroll: true });
}

export function start() {
  const table = document.querySelector(".leads");
  if (!table) return;
  restore();
  document.addEventListener("htmx:before:swap", () => {
    wasFocused = document.activeElement?.id === currentId;
  });
  document.addEventListener("htmx:after:swap", restore);
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest?.(".leads tbody tr[id]");
    if (row) mark(row);
  });
}
