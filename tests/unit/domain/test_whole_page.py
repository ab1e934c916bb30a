"""What shows that a page was cut short, and what does not."""

from __future__ import annotations

import time

import pytest

from planwatch.domain.whole_page import find_cut
from planwatch.fetch.recorded import RecordedFetcher, list_dates
from planwatch.sources.registry import SOURCE_IDS
from tests.support.cases import find_cases

HTML = "text/html"


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>25GB for £10",
        "<!DOCTYPE html><html lang=en><head><title>Plans</title>",
        "<HTML><BODY CLASS='a'><p>25GB",
        "<body\n  data-page='1'>\n<p>25GB</p>",
        "\ufeff<html><p>25GB</p>",
        # what looks like the end, and is none
        "<html><body><!-- </body></html> --><p>25GB",
        "<html><body><script>document.write('</body></html>')</script><p>25GB",
        "<html><body><style>/* </html> */</style><p>25GB",
        "<html><body><textarea></html></textarea><p>25GB",
        '<html><body><div title="</body></html>">25GB',
        "<html><body><div title='a > </html>'>25GB",
        # cut in the middle of something
        "<html><body><!-- a comment </body></html>",
        "<html><body><script>var page = '</body></html>'",
        '<html><body><div title="</body></html>',
        "<html><body><p>25GB</p></bod",
        "<html><body><p>25GB</p></body",
        "<html><head></head><p>25GB</p></htmlx>",
    ],
)
def test_html_that_opens_a_page_and_does_not_close_it_was_cut(text: str) -> None:
    assert find_cut(text, HTML) is not None


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>25GB</p></body></html>",
        "<html><body><p>25GB</p></body>",
        "<html><p>25GB</p></HTML >",
        "<html>\n<body><p>25GB</p></html\n>\n<!-- served in 3 ms -->",
        # a page may leave out both tags
        "<!DOCTYPE html><title>Plans</title><p>25GB for £10",
        "<p>25GB</p>",
        "",
        # what looks like the beginning, and is none
        "<p>25GB</p><!-- <html><body> -->",
        "<!--><p>25GB</p>",
        "<script>const page = '<html><body>'</script><p>25GB</p>",
        '<p title="<html><body>">25GB</p>',
        "<p>25GB</p><iframe srcdoc='<html><body>'></iframe>",
        "<header><bodyguard>25GB</bodyguard></header>",
        # an end in an ordinary place, after oddities
        '<html><body><p class="a"">25GB</p></body></html>',
        "<html><body><p a=1>it's</p></body></html>",
        "<html><body><!--> <p>25GB</p></body></html>",
    ],
)
def test_html_that_is_closed_or_opens_nothing_may_be_whole(text: str) -> None:
    assert find_cut(text, HTML) is None


@pytest.mark.parametrize(
    ("text", "media_type", "is_cut"),
    [
        ('{"html": "<html><body>"}', "application/json", False),
        ('{"html": "<html><body>"}', HTML, False),
        ('[{"a": 1}]\n', "application/json", False),
        ('{"plans": [{"price": 10', "application/json", True),
        ('[{"price": 10}', "application/graphql+json", True),
        ('"<html>"', "application/json", False),
        ("<html><body>", "application/xhtml+xml", True),
        ("<html><body>", "", True),
        ("User-agent: *\nDisallow: /<html>", "text/plain", False),
        ('<?xml version="1.0"?><feed><item>', "application/xml", False),
    ],
)
def test_what_is_no_html_is_judged_by_what_it_is(text: str, media_type: str, is_cut: bool) -> None:
    assert (find_cut(text, media_type) is not None) == is_cut


def test_every_page_that_was_saved_whole_is_whole() -> None:
    recorded = [
        page
        for day in list_dates()
        for source in SOURCE_IDS
        for page in RecordedFetcher(day).fetch_pages(source, (), None, needs_browser=False)
    ]
    saved = [page for case in find_cases() for page in case.pages]

    assert [page.name for page in (*recorded, *saved) if find_cut(page.text, page.media_type)] == []
    assert recorded
    assert saved


@pytest.mark.parametrize("part", ["<!-- ", "<html a='", "<script>", "<a b=", "<", "<p =' ", "-->"])
def test_no_page_takes_longer_than_its_length_asks(part: str) -> None:
    def seconds_for(size: int) -> float:
        text = "<html>" + part * (size // len(part))
        took = []
        for _ in range(5):  # others may be at work on this machine
            began = time.process_time()
            find_cut(text, HTML)
            took.append(time.process_time() - began)
        return min(took)

    # sixteen times the text: quadratic work would be 256 times as much
    assert seconds_for(1_600_000) < 64 * max(seconds_for(100_000), 0.005)
