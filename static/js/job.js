// The progress of a large edit: whoever comes back to the table within the same tab finds it again. And which leads
// an edit left out, until somebody closes it.

const KEY = "sd-edit";

const shown = () => document.querySelector("#bulk-job [data-edit]");

export function start() {
  const left = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (left) window.htmx.ajax("GET", left, { source: document.body, swap: "none" });
  document.addEventListener("htmx:after:swap", () => {
    const job = shown();
    if (job) sessionStorage.setItem(KEY, job.getAttribute("hx-get"));
  });
  document.addEventListener("click", ({ target }) => target.closest("[data-close-report]")?.closest("section").remove());
  document.addEventListener("sd:edited", () => sessionStorage.removeItem(KEY));
}
