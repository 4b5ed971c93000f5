// The red numbers on the navigation, when something on the page may have changed them.

function show(link, count, words) {
  const mark = link.querySelector(".dot");
  if (!count) {
    mark?.remove();
    return;
  }
  const number = count > 99 ? "99+" : String(count);
  if (mark) {
    mark.firstChild.textContent = number;
    return;
  }
  const hidden = document.createElement("span");
  hidden.className = "visually-hidden";
  hidden.textContent = ` ${words}`;
  const fresh = document.createElement("span");
  fresh.className = "dot";
  fresh.append(number, hidden);
  link.append(fresh);
}

/** Quiet when the server cannot be reached: the next page has the numbers anyway. */
export async function recount(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { counts, words } = await answer.json();
  for (const [path, count] of Object.entries(counts)) {
    for (const link of document.querySelectorAll(`nav a[href="${CSS.escape(path)}"]`)) show(link, count, words);
  }
}
