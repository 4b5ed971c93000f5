// A press that has begun ends on what it began on. Were something swapped in between pointer down and up, what is
// pressed could move away from under the finger, and the browser would give the click to nobody.

/** Whoever holds on for longer drags or marks something: the page does not wait for them. */
const LONGEST_MS = 3000;
/** A touch becomes a click a moment after the finger has left. */
const CLICK_MS = 20;
let press = null;

/** Resolves when nothing is pressed: ask before anything is drawn that was not there when the press began. */
export async function released() {
  while (press) await press.over;
}

function begin() {
  press?.end();
  let resolve;
  const over = new Promise((done) => {
    resolve = done;
  });
  const mine = { over, end };
  function end() {
    if (press === mine) press = null;
    resolve();
  }
  press = mine;
  setTimeout(end, LONGEST_MS);
}

function finish() {
  if (press) setTimeout(press.end, CLICK_MS);
}

/** What htmx asked for is swapped in one go once its text is there. */
function onRequest({ detail: { ctx } }) {
  const ask = ctx.fetch;
  ctx.fetch = async (...request) => {
    const response = await ask(...request);
    const text = response.text.bind(response);
    response.text = async () => {
      const whole = await text();
      await released();
      return whole;
    };
    return response;
  };
}

export function start() {
  addEventListener("pointerdown", begin, true);
  for (const name of ["pointerup", "pointercancel", "dragend"]) addEventListener(name, finish, true);
  addEventListener("blur", finish); // of the window: that of an element does not come up to here
  document.addEventListener("htmx:before:request", onRequest);
}
