// Messages of the browser: one for all tabs, none while any of them is in view, asked for only by a click.

const SEEN_EVERY_MS = 4000;
const SEEN_FOR_MS = 9000;
const tab = Math.random().toString(36).slice(2);
const offered = () => window.isSecureContext && "Notification" in window;

let user = "";

const key = (name) => `sd-${name}-${user}`;

function read(name) {
  try {
    return localStorage.getItem(key(name));
  } catch {
    return null; // storage is switched off: each tab then speaks for itself, under one tag
  }
}

function write(name, value) {
  try {
    localStorage.setItem(key(name), value);
  } catch {
    // as above
  }
}

/** Tells the other tabs that this one is in view, or no longer. */
function beSeen() {
  if (!document.hidden) write("seen", `${tab} ${Date.now()}`);
  else if (read("seen")?.startsWith(`${tab} `)) write("seen", "");
}

function anyTabIsSeen() {
  const at = Number(read("seen")?.split(" ")[1] ?? 0);
  return !document.hidden || Date.now() - at < SEEN_FOR_MS;
}

/** Up to which notification somebody was told, or needed not to be; null where nobody has looked yet. */
export const toldUntil = () => read("told");

/** One tab at a time asks whether another has told already. */
const alone = (run) => (navigator.locks ? navigator.locks.request(key("tell"), run) : run());

/** `news`: [{id, title, text, url}], unread, the newest first. `wanted`: the person chose to hear of them here. */
export function tell(newest, news, wanted) {
  return alone(() => {
    const told = toldUntil();
    write("told", String(Math.max(newest, Number(told ?? 0))));
    const fresh = told === null ? [] : news.filter(({ id }) => id > Number(told));
    if (!fresh.length || !wanted || anyTabIsSeen() || !offered() || Notification.permission !== "granted") return;
    const [{ title, text, url }] = fresh;
    const many = fresh.length > 1;
    const body = fresh.map((one) => (many ? [one.title, one.text].filter(Boolean).join("　") : one.text)).join("\n");
    const message = new Notification((!many && title) || "salesdash", { body, tag: `sd-${newest}`, lang: document.documentElement.lang });
    message.onclick = () => {
      window.focus();
      location.assign(many ? document.getElementById("bell").href : url || text);
      message.close();
    };
  });
}

function showState() {
  for (const node of document.querySelectorAll("[data-desktop-state]")) {
    const state = offered() ? Notification.permission : "none";
    node.textContent = node.dataset[state];
    const box = node.closest("fieldset").querySelector("input");
    box.disabled = state === "none";
  }
}

async function onChange({ target }) {
  if (target.name !== "on_desktop" || !target.checked || !offered()) return;
  if (Notification.permission === "default") await Notification.requestPermission();
  if (Notification.permission !== "granted") target.checked = false;
  showState();
}

export function start(person) {
  user = person;
  beSeen();
  showState();
  setInterval(() => !document.hidden && beSeen(), SEEN_EVERY_MS);
  document.addEventListener("visibilitychange", beSeen);
  window.addEventListener("pagehide", () => read("seen")?.startsWith(`${tab} `) && write("seen", ""));
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:after:swap", showState);
}
