// Who holds which drafts of the review queue: asked when the team's channel tells of a change, and now and then.
import { Socket } from "./live/socket.js";
import { released, start as startPress } from "./press.js";

const ASK_EVERY_MS = 15000;
const GATHER_MS = 150;
const NEWS = new Set(["review", "draft"]);

/** told({id: {held, mine, lines, escalated} | {gone}}) for the drafts that `ids()` names; one that is not in it is none of this person's. */
export function watch(url, ids, told) {
  let timer = 0;
  let turn = 0;
  startPress(); // the administration has no app.js

  async function ask() {
    timer = 0;
    const asked = ids();
    if (asked.length === 0 || document.hidden) return;
    const mine = ++turn;
    const query = new URLSearchParams(asked.map((id) => ["id", id]));
    const answer = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== turn) return;
    const { items } = await answer.json().catch(() => ({}));
    // a name that appears makes its row higher
    await released();
    if (items && mine === turn) told(items, asked);
  }

  const soon = () => (timer ||= setTimeout(ask, GATHER_MS));
  const socket = new Socket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/live/`, {
    message(decoded) {
      if (decoded.kind === "hello") socket.beatEvery(decoded.beat);
      if (decoded.kind === "hello" || NEWS.has(decoded.kind)) soon();
      if (decoded.kind === "beat") socket.send({ beat: decoded.at });
    },
    down() {},
  });
  socket.start();
  setInterval(ask, ASK_EVERY_MS);
  document.addEventListener("visibilitychange", soon);
}
