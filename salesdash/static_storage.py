"""Static files of production: hashed names, brotli and gzip, also inside our ES modules' imports."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Without this an old `toast.js` in a browser's cache could meet a new `app.js`.

    Django's own switch would read every package's scripts, and some only look like modules: ours alone.
    """

    patterns: ClassVar = (
        *HashedFilesMixin.patterns,
        ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )
    # one pass settles one level of imports
    max_post_process_passes = 10
