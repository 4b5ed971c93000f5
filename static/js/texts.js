// Translated texts for scripts, rendered by {% sd_texts %} and by pages as json_script "sd-texts-…".

let texts = null;

function load() {
  texts = {};
  for (const node of document.querySelectorAll('script[type="application/json"][id^="sd-texts"]')) {
    Object.assign(texts, JSON.parse(node.textContent));
  }
  return texts;
}

/** t("copied") or t("stopped_at", {time: "14:02"}); for counted texts keys "x_one" and "x_other" exist. */
export function t(key, values = {}) {
  const known = texts ?? load();
  const form = "n" in values ? `${key}_${new Intl.PluralRules(document.documentElement.lang).select(values.n)}` : key;
  const text = known[form] ?? known[`${key}_other`] ?? known[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (match, name) => (name in values ? String(values[name]) : match));
}
