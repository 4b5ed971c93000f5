// The prompt as it would be asked with what stands in the form: a moment after the last key.
import { released, start as startPress } from "./press.js";

const WAIT_MS = 500;
const live = document.getElementById("pv-live");
const place = document.getElementById("pv-place");
const search = document.getElementById("pv-q");
const lead = document.getElementById("pv-lead");
let timer = 0;
let asked = 0;

async function show() {
  const form = new FormData();
  for (const name of ["system_source", "user_source"]) form.set(name, document.getElementById(`id_${name}`)?.value ?? "");
  form.set("q", search.value);
  form.set("lead", lead.value);
  form.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const mine = ++asked;
  const answer = await fetch(live.dataset.url, { method: "POST", body: form, credentials: "same-origin" }).catch(() => null);
  // a later question is on its way, or the server has nothing to show
  if (mine !== asked || ![200, 422].includes(answer?.status)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // the buttons stand below
  await released();
  if (mine !== asked) return;
  const copies = (node) => [...(node?.childNodes ?? [])].map((child) => document.importNode(child, true));
  lead.replaceChildren(...copies(page.getElementById("pv-lead")));
  const result = page.getElementById("pv-result");
  if (result) place.replaceChildren(...copies(result));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("#id_system_source, #id_user_source, #pv-q, #pv-lead")) return;
  // another search chooses anew
  if (event.target === search) lead.replaceChildren();
  clearTimeout(timer);
  timer = setTimeout(show, WAIT_MS);
});
// Enter searches; it does not store the version
search?.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
if (live) {
  startPress(); // the administration has no app.js
  show();
}
