"""What a person at the table waits for, in Chromium: the first load, clicks, a minute of work, audits.

A process of its own, without Django. Reads one JSON object from standard input: url, cookies, seconds, pages.
Writes one: the figures by name; instead of an audit that could not run, the reason.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIGHTHOUSE: Final = "lighthouse@13.5.0"
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
AXE_OPTIONS: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# those that lead to other rows; others open the columns or a menu
LINKS: Final = "#work thead a[hx-get]:not([hx-target]), #work nav.views a[hx-get]:not([hx-target])"
TABLE: Final = "/leads/?view=all"
# one word without style, script or query: what the browser and the machine take for themselves
FLOOR: Final = "/healthz"
LOADS: Final = 7
CLICKS: Final = 60
AUDIT_TRIES: Final = 3
AUDIT_SECONDS: Final = 180
# largest contentful paint so far, and every interaction as the browser times it
OBSERVE: Final = """
window.bench = {lcp: 0, events: new Map()};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.bench.lcp = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  const {events} = window.bench;
  for (const {interactionId, duration} of list.getEntries())
    if (interactionId) events.set(interactionId, Math.max(events.get(interactionId) ?? 0, duration));
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""
# from the click to the first frame that shows the answer's rows, and how much of it the answer took
CLICK: Final = """(link) => new Promise((done, fail) => {
  const start = performance.now();
  const words = link.innerText.replace(/[\\s↑↓\\d,+]+/g, " ").trim();
  const name = `${link.closest("th") ? "order" : "view"} ${words}`;
  performance.clearResourceTimings();
  setTimeout(() => fail(new Error(`no rows after a click on ${link.outerHTML}`)), 10000);
  document.addEventListener("htmx:after:swap", function swapped({detail}) {
    if (detail.ctx?.target?.id !== "work") return;
    document.removeEventListener("htmx:after:swap", swapped);
    requestAnimationFrame(() => setTimeout(() => {
      const ms = performance.now() - start;
      const entries = performance.getEntriesByType("resource");
      const answer = entries.find(({initiatorType}) => initiatorType === "fetch");
      done({name, ms, answer_ms: answer ? answer.responseEnd - answer.startTime : 0});
    }));
  });
  link.click();
})"""


def main() -> None:
    plan = json.load(sys.stdin)
    path = next(filter(None, map(shutil.which, NAMES)), None)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", *sandbox])
        loads = [_first_load(browser, plan) for _ in range(LOADS)]
        found: dict[str, Any] = {
            "lcp_ms": [load["lcp_ms"] for load in loads],
            "floor_ms": [_first_load(browser, plan, FLOOR)["lcp_ms"] for _ in range(LOADS)],
            "sent_bytes": loads[0]["sent_bytes"],
            "compressed_bytes": loads[0]["compressed_bytes"],
            "clicks": _clicks(browser, plan),
            "interactions_ms": _minute(browser, plan),
            "violations": _violations(browser, plan),
        }
        browser.close()
    found["lighthouse"] = _lighthouse(plan, path)
    json.dump(found, sys.stdout)


def _context(browser: Browser, plan: dict[str, Any], **options: Any) -> BrowserContext:
    context = browser.new_context(
        base_url=plan["url"], locale="ja-JP", viewport={"width": 1440, "height": 900}, **options
    )
    context.add_cookies(plan["cookies"])
    context.add_init_script(OBSERVE)
    return context


def _first_load(browser: Browser, plan: dict[str, Any], path: str = TABLE) -> dict[str, float]:
    """With an empty cache. The page counts as a proxy would compress it, everything else as it was sent."""
    context = _context(browser, plan)
    page = context.new_page()
    sent = _Bytes(context.new_cdp_session(page))
    answer = page.goto(path, wait_until="load")
    page.wait_for_timeout(500)
    lcp = page.evaluate("window.bench.lcp")
    total = sent.total()
    saved = _saved_by_gzip(answer) if answer else 0
    context.close()
    return {"lcp_ms": lcp, "sent_bytes": total, "compressed_bytes": total - saved}


class _Bytes:
    """Counts what comes over the wire, headers included."""

    def __init__(self, session: CDPSession) -> None:
        self._ended: list[float] = []
        session.on("Network.loadingFinished", lambda event: self._ended.append(event["encodedDataLength"]))
        session.send("Network.enable")

    def total(self) -> float:
        return sum(self._ended)


def _saved_by_gzip(answer: Response) -> int:
    if answer.header_value("content-encoding"):
        return 0
    body = answer.body()
    return len(body) - len(gzip.compress(body, 6))


def _clicks(browser: Browser, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Headings and views; a few before anything counts."""
    context = _context(browser, plan)
    page = _table(context)
    times = []
    for turn in range(CLICKS + 4):
        links = page.locator(LINKS)
        link = links.nth(turn % links.count())
        times.append(link.evaluate(CLICK))
        page.wait_for_timeout(50)
    context.close()
    return times[4:]


def _table(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(TABLE)
    page.locator("#tb tr").first.wait_for()
    return page


def _minute(browser: Browser, plan: dict[str, Any]) -> list[float]:
    """Rows by key, leads opened and closed, sorting, searching, the filter: an action every half second."""
    context = _context(browser, plan)
    page = _table(context)
    until = time.monotonic() + plan["seconds"]
    while time.monotonic() < until:
        for act in (*["j"] * 4, "Enter", "j", "j", "k", "Escape", "f", "Escape", "?", "Escape"):
            page.keyboard.press(act)
            page.wait_for_timeout(500 if act in ("Enter", "f") else 250)
        page.locator("#work thead a[hx-get]").nth(1).click()
        page.wait_for_timeout(500)
        page.keyboard.press("/")
        page.keyboard.type("田中", delay=80)
        page.wait_for_timeout(700)
        page.keyboard.press("Escape")
        page.locator("#work nav.views a[hx-get]").last.click()
        page.wait_for_timeout(500)
    durations: list[float] = page.evaluate("[...window.bench.events.values()]")
    context.close()
    return durations


def _violations(browser: Browser, plan: dict[str, Any]) -> dict[str, int]:
    found = {}
    for scheme in ("light", "dark"):
        context = _context(browser, plan, color_scheme=scheme)
        page = context.new_page()
        for address in plan["pages"]:
            page.goto(address, wait_until="load")
            page.wait_for_timeout(300)
            rules = Axe().run(page, options=AXE_OPTIONS).response["violations"]
            found[f"{address} {scheme}"] = sum(len(rule["nodes"]) for rule in rules)
        context.close()
    return found


def _lighthouse(plan: dict[str, Any], chromium: str | None) -> dict[str, float] | str:
    """Scores of 0 to 100 on the desktop; where there are none, why."""
    if not shutil.which("npx") or chromium is None:
        return "no Node here, or no Chromium"
    reason = ""
    for _attempt in range(AUDIT_TRIES):
        with tempfile.TemporaryDirectory() as folder:
            found = _audit(plan, chromium, Path(folder))
        if not isinstance(found, str):
            return found
        reason = found
    return f"failed {AUDIT_TRIES} times: {reason}"


def _audit(plan: dict[str, Any], chromium: str, folder: Path) -> dict[str, float] | str:
    headers, report = folder / "headers.json", folder / "report.json"
    cookie = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in plan["cookies"])
    headers.write_text(json.dumps({"Cookie": cookie}))
    command = [
        "npx", "--yes", LIGHTHOUSE, f"{plan['url']}{TABLE}", "--quiet", "--preset=desktop",
        f"--extra-headers={headers}", f"--only-categories={','.join(CATEGORIES)}", "--output=json",
        f"--output-path={report}", f"--chrome-flags=--headless=new --no-sandbox --user-data-dir={folder}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": chromium}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {AUDIT_SECONDS} s"
    result = json.loads(report.read_text()) if report.exists() else {}
    if error := result.get("runtimeError"):
        return f"{error['code']}: {error['message']}"
    categories = result.get("categories", {})
    scores = {name: categories[name]["score"] for name in CATEGORIES if name in categories}
    if done.returncode or None in scores.values() or len(scores) < len(CATEGORIES):
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return said[-1][:200] if said else f"exit code {done.returncode}"
    return {name: 100 * score for name, score in scores.items()}


if __name__ == "__main__":
    main()
