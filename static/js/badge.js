// The live badge in the top bar. Words stand in its data attributes; hidden until a live page speaks.

/** setLive("live" | "reconnecting" | "stale", since?) with `since` a Date, shown as HH:MM in the page's language. */
export function setLive(state, since = new Date()) {
  const badge = document.getElementById("live");
  if (!badge || (badge.dataset.s === state && !badge.hidden)) return;
  const time = since.toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: document.documentElement.dataset.tz || undefined,
  });
  const word = badge.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`];
  badge.dataset.s = state;
  badge.querySelector("span").textContent = word.replace("{time}", time);
  badge.hidden = false;
}
