"""One browser for all tests of a process; each test has contexts of its own, as separate as private windows."""

from __future__ import annotations

import asyncio
import os
import shutil

from playwright.sync_api import Browser, Error, Playwright, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--disable-gpu", "--disable-background-networking", "--no-first-run")
# A whole Chromium fills the popup of each new window's address bar with two pages of its own: two thirds of what a
# window costs, for something that no test ever sees.
POPUPS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# The last such switch replaces those before it: Playwright's own choices are repeated here.
PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion",
)  # fmt: skip
WITHOUT = f"--disable-features={','.join((*PLAYWRIGHTS, *POPUPS))}"
# a wait costs nothing where all is well, and other tests may hold the processor
expect.set_options(timeout=15_000)


class SharedBrowser:
    """Started with the first use. It ends with the process, or earlier where it may have suffered."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def running(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.stop()
            self._start()
        elif self._loop is not None:
            asyncio._set_running_loop(self._loop)
        return self._browser

    def leave(self, *, whole: bool) -> None:
        """Close what a test opened; without `whole` the browser itself, for it may hang.

        Playwright marks its event loop as running in this thread. Between tests it is not: Django would
        refuse all queries of later tests, and they could not run a loop of their own.
        """
        try:
            for context in self._browser.contexts if whole and self._browser else ():
                context.close()
        except Error:
            whole = False
        if whole and self._browser:
            asyncio._set_running_loop(None)
        else:
            self.stop()

    def stop(self) -> None:
        playwright, self._playwright, self._browser = self._playwright, None, None
        if playwright is not None:
            asyncio._set_running_loop(self._loop)
            try:
                # the driver takes the browser with it
                playwright.stop()
            finally:
                asyncio._set_running_loop(None)

    def _start(self) -> None:
        path = next(filter(None, map(shutil.which, NAMES)), None)  # else Playwright's own
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        self._browser = self._playwright.chromium.launch(
            executable_path=path, args=[*QUIET, WITHOUT, *sandbox]
        )
