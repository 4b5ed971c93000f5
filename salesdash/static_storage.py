"""Static files of production: groups in one file, hashed names also inside imports, brotli and gzip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from salesdash import assets, bundling, purging

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Without hashes an old `toast.js` in a browser's cache could meet a new `app.js`.

    Django's own switch would read every package's scripts, and some only look like modules: ours alone.
    """

    bundled: ClassVar = True
    patterns: ClassVar = (
        *HashedFilesMixin.patterns,
        ("js/*.js", _IMPORTS),
        (f"{assets.FOLDER}/*.js", _IMPORTS),
    )
    # one pass settles one level of imports
    max_post_process_passes = 10

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for name, text in _bundles(paths):
                self.delete(name)
                self._save(name, ContentFile(text.encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _bundles(paths: dict[str, Any]) -> Iterator[tuple[str, str]]:
    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            text: str = file.read().decode()
        return text

    def read_style(name: str) -> str:
        if name != assets.BOOTSTRAP:
            return read(name)
        others = [path for path in paths if path.startswith(("css/", "js/"))]
        return purging.purged(read(name), _words(), read_elsewhere="\n".join(map(read, others)))

    for group, names in assets.STYLES.items():
        yield assets.styles_file(group), bundling.styles(names, read_style)
    for group in assets.MODULES:
        yield assets.modules_file(group), bundling.modules(group, assets.MODULES, read)


def _words() -> set[str]:
    """Of our own code, and of the templates of allauth that our pages are made of."""
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    allauth = Path(apps.get_app_config("account").path).parent / "templates"
    return purging.words(
        [*ours, settings.BASE_DIR / "templates", settings.BASE_DIR / "static" / "js", allauth]
    )
