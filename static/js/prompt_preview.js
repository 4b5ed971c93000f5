// The prompt as it would be asked with what stands in the form: a moment after the last key.
const WAIT_MS = 500;
const live = document.getElementById("pv-live");
const place = live?.querySelector("[aria-live]");
let timer = 0;
let asked = 0;

async function show() {
  const form = new FormData();
  for (const name of ["system_source", "user_source"]) form.set(name, document.getElementById(`id_${name}`)?.value ?? "");
  form.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const mine = ++asked;
  const answer = await fetch(live.dataset.url, { method: "POST", body: form, credentials: "same-origin" });
  // a later question is on its way, or the server has nothing to show
  if (mine !== asked || ![200, 422].includes(answer.status)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const result = page.getElementById("pv-result");
  if (result) place.replaceChildren(...[...result.childNodes].map((node) => document.importNode(node, true)));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("#id_system_source, #id_user_source")) return;
  clearTimeout(timer);
  timer = setTimeout(show, WAIT_MS);
});
if (live) show();
