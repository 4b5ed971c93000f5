// The forms of the API's page: what is filled in is sent as a request of this session, and the answer shown.
import { csrfToken } from "./csrf.js";
import { t } from "./texts.js";

const SHOWN = ["etag", "location", "ratelimit", "retry-after", "idempotency-replayed", "content-language", "allow"];

function valuesOf(field) {
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
  return "lines" in field.dataset ? field.value.split("\n").map((line) => line.trim()) : [field.value];
}

function request(form) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    for (const value of valuesOf(field).filter(Boolean)) {
      if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
      else if (field.dataset.in === "header") headers[field.name] = value;
      else query.append(field.name, value);
    }
  }
  const body = form.querySelector("[data-body]")?.value;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const url = query.size ? `${path}?${query}` : path;
  return { url, options: { method: form.dataset.verb.toUpperCase(), headers, body, redirect: "manual" } };
}

function element(name, css, text) {
  const made = document.createElement(name);
  made.className = css;
  made.textContent = text;
  return made;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function status(response, started) {
  const line = element("p", "op-status", "");
  line.dataset.tone = response.status < 400 ? "ok" : "danger";
  line.append(element("b", "", `${response.status} ${response.statusText}`));
  line.append(element("small", "", `${Math.round(performance.now() - started)} ms`));
  return line;
}

function heads(response) {
  const lines = SHOWN.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  return element("p", "op-heads mono", lines.join(" · "));
}

async function send(form) {
  const output = form.querySelector("output");
  const button = form.querySelector("[type=submit]");
  const { url, options } = request(form);
  const started = performance.now();
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, options);
    const text = await response.text();
    output.replaceChildren(status(response, started), heads(response));
    if (text) output.append(Object.assign(element("pre", "mono", pretty(text)), { tabIndex: 0 }));
    keepTag(form, response);
  } catch {
    output.replaceChildren(element("p", "op-status", t("offline")));
  } finally {
    output.hidden = false;
    button.removeAttribute("aria-busy");
  }
}

// the tag of a change is the one that the next change of the same form needs
function keepTag(form, response) {
  const field = form.querySelector('[name="If-Match"]');
  if (field?.value && response.ok && response.headers.has("etag")) field.value = response.headers.get("etag");
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches("details")) target.open = true;
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-verb]")) return;
  event.preventDefault();
  if (!event.target.querySelector("[aria-busy]")) send(event.target);
});
window.addEventListener("hashchange", openTarget);
openTarget();
