"""What every page owes a person, whatever they did to get there: their language, and no edge to scroll over."""

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
ENGLISH = {"locale": "en-US"}
# an amount as it may be typed; the name by which a number is known in Japan
QUOTED = ("“120万円” is understood", "Corporate number (法人番号)")
# what may be Japanese: what is marked so, and the words that a rule of fit looks for
FOREIGN = """() => {
  const japanese = /[\\u3040-\\u30ff\\u3400-\\u9fff]/, found = [];
  for (const node of document.querySelectorAll("body, body *")) {
    if (node.closest("[lang=ja], script, style, .singles dt")) continue;
    for (const text of [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE))
      if (japanese.test(text.data)) found.push(text.data.trim());
    for (const { name, value } of node.attributes) if (japanese.test(value)) found.push(`${name}=${value}`);
  }
  return found;
}"""
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1).map((node) => node.outerHTML.slice(0, 120));
}"""
# a finger covers about this much; a link in a line of text may be smaller (WCAG 2.2, 2.5.8)
SMALL = """() => [...document.querySelectorAll("main .btn, main button, .bnav a, .topbar button, .topbar a")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest("[inert], .visually-hidden"))
  .map((node) => [node.getBoundingClientRect(), node.outerHTML.slice(0, 140)])
  .filter(([box]) => box.width > 1 && (box.height < 32 || box.width < 24))
  .map(([box, html]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""


def in_english(page) -> None:
    """All data of these tests is Latin: whatever is Japanese was not translated."""
    page.wait_for_load_state()
    found = [text for text in page.evaluate(FOREIGN) if not any(quoted in text for quoted in QUOTED)]
    assert found == [], found


def fits(page) -> None:
    """Nothing is wider than the screen, and nothing to press is smaller than a finger."""
    page.wait_for_load_state()
    wider, small = page.evaluate(WIDER), page.evaluate(SMALL)
    assert (wider, small) == ([], []), (wider, small)
