"""The page of a report allows its own style and nothing else, in a real browser."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import run_planwatch
from tests.support.market.browser import open_browser, why_not

NO_BROWSER = why_not()
# answers to what the style sheet sets; a page without it has other ones
_LOOK = """() => ({
  width: getComputedStyle(document.querySelector("main")).maxWidth,
  line: getComputedStyle(document.querySelector("svg .grid, svg .g, svg line, svg path")).stroke,
  charts: [...document.querySelectorAll("svg")].filter(each => each.clientWidth > 100).length,
})"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    env = {"PLANWATCH_HOME": str(folder / "home")}
    assert run_planwatch("demo", env=env).returncode == 0
    path = folder / "report.html"
    assert run_planwatch("show", "--html", "-o", str(path), env=env).returncode == 0
    return path


def _open(page_of: Path, text: str | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return how a report looks in Chromium, and what the browser refused to load or run."""
    path = page_of
    if text is not None:
        path = page_of.with_name("changed.html")
        path.write_text(text, encoding="utf-8")
    said: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        return page.evaluate(_LOOK), said


def test_the_policy_names_the_hash_of_the_only_style(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()

    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.replace("&#39;", "'").split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert "<script" not in text
    assert " style=" not in text


@pytest.mark.skipif(NO_BROWSER is not None, reason=str(NO_BROWSER))
def test_charts_and_style_show_and_nothing_is_refused(report: Path) -> None:
    policy = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")
    without = policy.sub("", report.read_text(encoding="utf-8"))

    look, said = _open(report)

    assert said == []
    assert look["charts"] > 0
    assert look == _open(report, without)[0]


@pytest.mark.skipif(NO_BROWSER is not None, reason=str(NO_BROWSER))
@pytest.mark.parametrize(
    "planted",
    [
        "<script>document.title = 'taken'</script>",
        "<img src='https://127.0.0.1:9/x.png'>",
        "<style>main { max-width: 1px !important }</style>",
        "<p style='color: red'>",
        "<iframe src='https://127.0.0.1:9/'></iframe>",
    ],
)
def test_what_a_report_does_not_have_is_refused(report: Path, planted: str) -> None:
    text = report.read_text(encoding="utf-8").replace("<main", f"{planted}<main", 1)

    look, said = _open(report, text)

    assert any("Content Security Policy" in line for line in said), said
    assert look["width"] != "1px"
