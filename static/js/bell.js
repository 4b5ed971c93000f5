// The bell: how many notifications are unread, the newest of them, and what was read.
import { csrfToken } from "./csrf.js";
import * as desktop from "./desktop.js";
import { redraw } from "./redraw.js";

const GATHER_MS = 400;
/** However many events come: so often at most is asked. */
const PAUSE_MS = 2500;
/** Where no socket tells. */
const POLL_MS = 60000;
const PHONE = "(max-width: 767.98px)";

const bell = () => document.getElementById("bell");
const panel = () => document.getElementById("notices");
let timer = 0;
let askedAt = 0;
let wasOpen = false;
let openLead;

function show(count) {
  const mark = bell().querySelector(".dot");
  if (!count) {
    mark?.remove();
    return;
  }
  const number = count > 99 ? "99+" : String(count);
  if (mark) mark.firstChild.textContent = number;
  else {
    const fresh = document.createElement("span");
    fresh.className = "dot";
    fresh.append(number);
    bell().append(fresh);
  }
}

async function look() {
  askedAt = Date.now();
  const url = `${bell().dataset.fresh}?after=${desktop.toldUntil() ?? 0}`;
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { unread, newest, news } = await answer.json();
  show(unread);
  if (unread) readThisLead();
  if (panel().matches(":popover-open")) draw();
  const list = document.getElementById("notices-page");
  if (list && !list.contains(document.activeElement)) redraw(location.pathname, list);
  await desktop.tell(newest, news, "desktop" in bell().dataset);
}

function soon() {
  if (timer) return;
  timer = setTimeout(
    () => {
      timer = 0;
      look();
    },
    Math.max(GATHER_MS, askedAt + PAUSE_MS - Date.now()),
  );
}

const draw = () => redraw(bell().href, panel());

async function open(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || matchMedia(PHONE).matches) return;
  event.preventDefault();
  // the press of a click on the bell closes an open list already; a key does not
  if (wasOpen || panel().matches(":popover-open")) {
    wasOpen = false;
    panel().hidePopover();
    return;
  }
  if (!(await draw())) {
    location.assign(bell().href);
    return;
  }
  panel().showPopover();
  bell().setAttribute("aria-expanded", "true");
  panel().querySelector("a[data-notice], button, a")?.focus({ preventScroll: true });
}

/** Also while the page is being left. */
function markRead(which) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  return fetch(bell().dataset.read, { method: "POST", keepalive: true, headers, body: new URLSearchParams(which) }).catch(() => null);
}

function onClick(event) {
  if (event.target.closest("#bell")) open(event);
  const { readId, readKind, readDay } = event.target.closest("[data-notice]")?.dataset ?? {};
  if (readId) markRead({ id: readId });
  if (readKind) markRead({ kind: readKind, day: readDay });
}

async function onSubmit(event) {
  if (!event.target.matches("[data-read-all]")) return;
  event.preventDefault();
  await markRead({});
  look();
  const list = event.target.closest("#notices, #notices-page");
  redraw(list.id === "notices" ? bell().href : location.pathname, list);
}

/** Whoever looks at a lead, on its page or beside the table, has taken note of what happened to it. */
async function readThisLead() {
  const lead = document.querySelector(".hero[data-lead]")?.dataset.lead;
  if (!lead || !bell().querySelector(".dot") || document.hidden) return;
  const answer = await markRead({ lead });
  if (!answer?.ok) return;
  const { changed, unread } = await answer.json();
  if (changed) look();
  // what was read by the click that led here may have been stored after this page was made
  else show(unread);
}

function onSwap() {
  const lead = document.querySelector(".hero[data-lead]")?.dataset.lead;
  if (lead !== openLead) readThisLead();
  openLead = lead;
}

export function start() {
  if (!bell()) return;
  desktop.start(bell().dataset.user);
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", ({ target }) => {
    wasOpen = Boolean(target.closest?.("#bell")) && panel().matches(":popover-open");
  });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("htmx:after:swap", onSwap);
  for (const name of ["sd:notice", "sd:resync"]) document.addEventListener(name, soon);
  document.addEventListener("visibilitychange", () => !document.hidden && (soon(), readThisLead()));
  panel().addEventListener("toggle", ({ newState }) => bell().setAttribute("aria-expanded", String(newState === "open")));
  setInterval(() => document.getElementById("live")?.dataset.s !== "live" && soon(), POLL_MS);
  if ("desktop" in bell().dataset) soon();
  readThisLead();
}
