"""Which stylesheets and modules belong together: one file in production, the sources themselves elsewhere.

Templates name a group (`{% stylesheets "frame" %}`, `{% modules "leads" %}`); `bundling.py` makes the files
at collectstatic. What a page links alone by `{% static %}` (sign-in, charts, the administration) is in none.
"""

from __future__ import annotations

from typing import Final

FOLDER: Final = "bundles"
BOOTSTRAP: Final = "vendor/bootstrap/bootstrap.min.css"

STYLES: Final[dict[str, tuple[str, ...]]] = {
    "frame": (
        BOOTSTRAP,
        "css/tokens.css",
        "css/shell.css",
        "css/controls.css",
        "css/table.css",
        "css/lead.css",
        "css/components.css",
        "css/phone.css",
    ),
    "leads": ("css/leads.css", "css/filter.css", "css/editing.css", "css/course.css", "css/panel.css"),
    "lead": ("css/leads.css", "css/course.css"),
    "builder": ("css/leads.css", "css/filter.css"),
    "exports": ("css/imports.css", "css/editing.css"),
}

# in the order in which a page runs them; what they import comes with them
MODULES: Final[dict[str, tuple[str, ...]]] = {
    "app": ("js/app.js", "js/counts.js"),
    "draft": ("js/draft.js",),
    "tour": ("js/tour.js",),
    "leads": (
        "js/table.js",
        "js/editing.js",
        "js/selection.js",
        "js/lead.js",
        "js/panel.js",
        "js/filter.js",
        "js/views.js",
        "js/live.js",
    ),
    "lead": ("js/lead.js", "js/live.js"),
    "live": ("js/live.js",),
    "day": ("js/live.js", "js/day.js"),
    "filter": ("js/filter.js",),
    "api": ("js/api_docs.js",),
}
# on every page of the frame: what it holds, no other group holds again
SHARED: Final = "app"
# may stand on a page beside another group, so they share no module with one
BESIDE_OTHERS: Final = ("draft", "tour")


def styles_file(group: str) -> str:
    return f"{FOLDER}/{group}.css"


def modules_file(group: str) -> str:
    return f"{FOLDER}/{group}.js"
