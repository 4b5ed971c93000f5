// Tokens for scripts that draw (charts), and the preview on the settings page.

/** The current value of a colour token, e.g. token("--sd-s1"). Redraw on document's "sd:theme". */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function start() {
  document.addEventListener("change", (event) => {
    const { name, value, form } = event.target;
    if (!form?.hasAttribute("data-preview")) return;
    if (name === "theme") document.documentElement.dataset.theme = value;
    if (name === "density") document.documentElement.dataset.density = value;
  });
}
