"""Chromium with a fresh profile, and pages that fail the test at the first error in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.journeys.visitor import MARK

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP, SMALLEST = (390, 844), (1280, 900), (320, 640)
REPORT_POLICY = """
document.addEventListener('securitypolicyviolation', e =>
  console.error(`CSP: ${e.violatedDirective} blocked ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium while the block runs."""
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError(
            "Chromium is missing: apt-get install chromium; `./omzien test` does so as root."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A browser context whose pages may not log an error, break the policy or miss a file."""

    def __init__(
        self,
        browser: Browser,
        base_url: str,
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        javascript: bool = True,
        state: Any = None,
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="nl-NL",
            reduced_motion="reduce",
            extra_http_headers=MARK,
            storage_state=state,
        )
        self.context.set_default_timeout(15_000)
        if javascript:
            self.context.add_init_script(REPORT_POLICY)
        self.errors: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", lambda asked: self._missed(asked.url, str(asked.failure)))

    def __enter__(self) -> Watched:
        """The context itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Close it, and fail when its pages had errors."""
        if kind is not None:
            self.shot("failed")
        self.context.close()
        if kind is None:
            assert self.errors == [], self.errors

    def open(self, path: str) -> Page:
        """Go to a page of this node; an error status fails."""
        response = self.page.goto(path)
        assert response is not None
        assert response.status < 400, f"{response.status} on {path}: {self.page.inner_text('body')[:600]}"
        return self.page

    def shot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
        self.page.screenshot(path=str(path), full_page=True)
        return path

    def _heard(self, message: ConsoleMessage) -> None:
        answered = "status of 422" in message.text  # a form that comes back with what is wrong
        # a newer search took its place; one that failed says htmx:sendError or responseError as well
        replaced = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type in {"error", "warning"} and not answered and not replaced:
            self.errors.append(f"{self.page.url}: {message.text}")

    def _missed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # a page left before its last file came is no error
            self.errors.append(f"{url}: {why}")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands, one line for each."""
    page.evaluate(AXE.read_text())  # not a script element: the page's own policy would refuse that
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [_line(found, node) for found in result["violations"] for node in found["nodes"][:3]]


def _line(found: dict[str, Any], node: dict[str, Any]) -> str:
    where, why = node["html"][:160], node["failureSummary"][:200]
    return f"{found['id']} ({found['impact']}): {found['help']}: {where} {why}"


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def sticking_out(page: Page) -> list[str]:
    """The elements that reach past the right edge, for the message."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.tagName + '.' + e.className).slice(0, 8)"""
        )
    )
