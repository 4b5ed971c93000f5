// Copying a draft: claim it by POST first, and only then put the text that the server returned on the clipboard.
import { postJson } from "./csrf.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy"); // the only way without a secure context
  area.remove();
  if (!done) throw new DOMException("copy refused", "NotAllowedError");
}

/** `text` may be a promise: the browser then keeps the click's permission while we ask the server. */
export async function put(text) {
  if (!navigator.clipboard?.write) return copyByHand(await text);
  const blob = Promise.resolve(text).then((value) => new Blob([value], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

/** Where the browser refuses, a person copies: the text, selected, and the words how. */
export function offerByHand(text) {
  const dialog = document.getElementById("copy-by-hand");
  const area = dialog.querySelector("textarea");
  area.value = text;
  dialog.showModal();
  area.select();
  area.scrollTop = 0;
}

async function onCopy(source) {
  const { copyUrl, copy, undoUrl } = source.dataset;
  source.setAttribute("aria-busy", "true");
  const answer = copyUrl ? postJson(copyUrl) : Promise.resolve({ text: copy });
  try {
    await answer; // a refusal of the server is told before anything touches the clipboard
    await put(answer.then((value) => value.text)).catch(async () => copyByHand((await answer).text));
    toast(t(copyUrl ? "draft_copied" : "copied"), undoUrl ? { undo: undoUrl } : {});
    source.dispatchEvent(new CustomEvent("sd:copied", { bubbles: true, detail: await answer }));
  } catch (error) {
    if (error.name === "NotAllowedError") offerByHand((await answer).text);
    else toast(error.message || t("copy_failed"), { tone: "danger" });
    source.dispatchEvent(new CustomEvent("sd:copy-failed", { bubbles: true, detail: error.answer ?? {} }));
  } finally {
    source.removeAttribute("aria-busy");
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    const source = event.target.closest("[data-copy-url], [data-copy]");
    if (!source) return;
    event.preventDefault(); // the form around it is for those who have no scripts
    if (source.getAttribute("aria-busy") !== "true") onCopy(source);
  });
}
