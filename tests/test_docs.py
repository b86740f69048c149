"""The README and the docs say what is there."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from include.errors import REGISTRY
from include.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text()


def test_every_make_command_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|, `)make ([a-z-]+)", README, re.MULTILINE))
    assert named >= {"demo", "test", "up", "down"}
    assert named - targets == set()


def test_make_can_read_its_own_targets() -> None:
    done = subprocess.run(["make", "-n", "demo", "test", "audit-verify"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_module_that_the_readme_runs_exists() -> None:
    for module in re.findall(r"python -m ([\w.]+)", README):
        assert (PROJECT / module.replace(".", "/") / "__main__.py").exists(), module


PAGES = sorted(str(path.relative_to(PROJECT)) for folder in (PROJECT, PROJECT / "docs") for path in folder.glob("*.md"))


@pytest.mark.parametrize("text_file", PAGES)
def test_every_link_leads_somewhere(text_file: str) -> None:
    page = PROJECT / text_file
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text()):
        if target.startswith("http"):
            continue
        led_to = page.parent / target if target else page
        assert led_to.exists(), target
        assert not anchor or anchor in anchors(led_to), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Those that GitHub gives to headings, and those that a page sets itself."""
    text = page.read_text()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings} | set(
        re.findall(r'<a id="([^"]+)"></a>', text))


def test_every_path_that_the_readme_maps_exists() -> None:
    block = README.split("## Where things are")[1].split("**To change**")[0]
    paths = re.findall(r"^    ([\w/]+)/ ", block, re.MULTILINE)
    assert len(paths) > 8
    assert [path for path in paths if not (PROJECT / path).is_dir()] == []


def test_every_setting_is_documented_with_its_default() -> None:
    text = (PROJECT / "docs" / "settings.md").read_text()
    example = (PROJECT / ".env.example").read_text()
    for setting in fields(Settings):
        default = setting.default
        shown = ",".join(default) if isinstance(default, tuple) else (
            str(default).lower() if isinstance(default, bool) else str(default))
        assert f"| `{setting.name.upper()}` | `{shown}` |" in text
        assert f"# {setting.name.upper()}={shown}\n" in example


def test_every_error_code_is_documented_with_its_sentence() -> None:
    text = (PROJECT / "docs" / "errors.md").read_text()
    for row in REGISTRY.values():
        assert f'<a id="{row.code.lower()}"></a>`{row.code}`' in text
        assert row.operator_says in text


def test_every_sample_is_documented() -> None:
    from include.samples.catalogue import SAMPLES

    text = (PROJECT / "docs" / "samples.md").read_text()
    assert [sample.name for sample in SAMPLES if f"| `{sample.name}` |" not in text] == []
