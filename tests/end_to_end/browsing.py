"""A browser in which somebody has logged in to Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from demo.environment import Local

LONGEST_MS = 60_000
expect.set_options(timeout=LONGEST_MS)


@contextmanager
def logged_in(chromium: Path, local: Local, user: str, url: str = "") -> Iterator[Page]:
    """A page of the UI.

    :param url: Airflow's address, where it is not the local system's.
    """
    url = url or local.api_url
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(LONGEST_MS)
        page.goto(url)
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", local.passwords[user])
        page.click("[type=submit]")
        page.wait_for_url(f"{url}/")
        yield page
        browser.close()
