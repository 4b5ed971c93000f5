// One place that tells a person that a request of htmx failed, with a retry where that may help.
import { t } from "./texts.js";
import { toast } from "./toast.js";

const MAY_PASS = new Set([408, 429, 500, 502, 503, 504]);

/** What asks the same again, as it was asked: htmx takes the swap from a request that an error answered, and without
    the event nobody knows which button sent a form. */
function repeated({ sourceElement: source, sourceEvent: event, target, swap, select, request }) {
  return () => window.htmx.ajax(request.method, request.action, { source, event, target, swap, select });
}

function problem(ctx) {
  try {
    return JSON.parse(ctx.text);
  } catch {
    return {};
  }
}

function words(status, answer) {
  if (answer.detail) return answer.detail;
  if (status === 404) return t("not_found");
  if (status === 403) return t("forbidden");
  return t("failed");
}

function onResponseError({ detail: { ctx } }) {
  const { status } = ctx.response;
  if (ctx.sourceElement?.hasAttribute?.(`hx-status:${status}`)) return; // it shows this error itself
  const answer = problem(ctx);
  // a form may show it where it belongs, see faults.js
  const fault = new CustomEvent("sd:fault", { bubbles: true, cancelable: true, detail: { ...answer, status } });
  if (ctx.sourceElement?.isConnected && !ctx.sourceElement.dispatchEvent(fault)) return;
  const reference = answer.trace_id && status >= 500 ? ` (${t("reference")} ${answer.trace_id.slice(0, 8)})` : "";
  const again = MAY_PASS.has(status) ? { label: t("retry"), run: repeated(ctx) } : {};
  toast(words(status, answer) + reference, { tone: "danger", ...again });
}

function onError({ detail: { ctx, error } }) {
  if (!ctx) {
    console.error(error);
    return;
  }
  toast(t("offline"), { tone: "danger", label: t("retry"), run: repeated(ctx) });
}

/** The address names what is on the screen, and an error has brought nothing there. */
function onAddress(event) {
  if (event.detail.response?.status >= 400) event.preventDefault();
}

export function start() {
  document.addEventListener("htmx:response:error", onResponseError);
  document.addEventListener("htmx:error", onError);
  document.addEventListener("htmx:before:history:update", onAddress);
}
