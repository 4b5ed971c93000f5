// Search fields that know about input methods: `sd:search` fires 150 ms after the last change, never while
// a Japanese word is still being composed. Use with hx-trigger="sd:search" hx-sync="this:replace".

const PAUSE_MS = 150;
const timers = new WeakMap();
const sent = new WeakMap();

function later(field) {
  clearTimeout(timers.get(field));
  timers.set(
    field,
    setTimeout(() => {
      if (sent.get(field) === field.value) return;
      sent.set(field, field.value);
      field.dispatchEvent(new CustomEvent("sd:search", { bubbles: true }));
    }, PAUSE_MS),
  );
}

export function start() {
  const onInput = (event) => {
    if (event.target.matches?.("[data-search]") && !event.isComposing) later(event.target);
  };
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-search]") && !sent.has(target)) sent.set(target, target.value);
  });
  document.addEventListener("input", onInput);
  document.addEventListener("compositionend", onInput);
  // some browsers empty the field and say nothing but this
  document.addEventListener("search", onInput);
}
