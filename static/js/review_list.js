// The list of the review queue: who holds what changes by itself; rows stay where they are.
import { watch } from "./review_live.js";

const list = document.getElementById("rv-list");
const cells = () => [...document.querySelectorAll(".rv-held")];

function draw(cell, lines) {
  const nodes = (lines.length > 0 ? lines : ["—"]).map((line, place) => {
    const node = document.createElement("span");
    if (place > 0) node.className = "rv-quiet";
    node.textContent = line;
    return node;
  });
  const as = (all) => [...all].map((node) => node.textContent).join("\n");
  if (as(nodes) !== as(cell.children)) cell.replaceChildren(...nodes);
}

/** What was decided stays in its row, and can be chosen no more. */
function leave(cell, words) {
  const row = cell.closest("tr");
  row.classList.add("rv-gone");
  const box = row.querySelector("input.action-select");
  if (box) [box.checked, box.disabled] = [false, true];
  draw(cell, [words]);
}

function told(items, asked) {
  for (const cell of cells().filter(({ dataset }) => asked.includes(dataset.item))) {
    const item = items[cell.dataset.item];
    if (!item || item.gone) leave(cell, item?.gone ?? list.dataset.gone);
    else draw(cell, item.lines);
  }
}

if (list) watch(list.dataset.heldUrl, () => cells().map((cell) => cell.dataset.item), told);
