"""What is taken out of a saved page, and what stays as it came."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.services.sources.scrub import Scrubber, is_secret_name
from tests.support.cases import Case, find_cases

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-DEF_1"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('<meta name="csrf-token" content="Zk3j+/aa==">', 'content="removed"'),
        ("<input type=hidden name=authenticity_token value=a1>", "value=removed>"),
        ('<input value="ab c1" name="csrf">', 'value="removed" name="csrf"'),
        ('<input name="firstName" value="Ann">', 'value="removed"'),
        ('<div data-session-id="0123456789abcdef" id="x">', 'data-session-id="removed" id="x"'),
        ('<script nonce="r4nd0m">', 'nonce="removed"'),
        ("window.csrfToken = 'abcDEF123';", "csrfToken = 'removed';"),
        ('{"accessToken" : "abcdef123456"}', '"accessToken" : "removed"'),
        (r"push([1,\"{\\\"token\\\":\\\"abcdef12\\\"}\"])", r"\\\"token\\\":\\\"removed\\\""),
        ("{&quot;token&quot;:&quot;abc123def&quot;}", "&quot;token&quot;:&quot;removed&quot;"),
        ('"auth":{"ok":false,"ref":"0123456789abcdef0123"}', '{"ok":false,"ref":"removed"}'),
        ('"session":{"csrf":"abcdef1"}', '"session":{"csrf":"removed"}'),
        ('"customerId": 123456789,', '"customerId": 0,'),
        ('"lastName":"van der Ann"', '"lastName":"removed"'),
        ('document.cookie = "uid=abc123; path=/"', 'cookie = "removed"'),
        (f"x={JWT};", "x=removed;"),
        ("Authorization: Bearer abcdefghijklmnop123", "Authorization: Bearer removed"),
        ('href="/x?a=1&amp;sessionid=abcdef1"', 'href="/x?a=1&amp;sessionid=removed"'),
        ("<!-- ann.b@o2.co.uk -->", "<!-- removed@example.com -->"),
        ("ann%40o2.co.uk", "removed@example.com"),
        ('"+44 7123 456789"', '"07000 000000"'),
        ('ip: "81.2.69.142"', 'ip: "removed"'),
        ('"from":"81.2.69.142"', '"from":"0.0.0.0"'),
        ("sid=abcdef1234567890abcdef", "sid=removed"),
    ],
)
def test_what_belongs_to_a_visitor_goes_and_what_is_around_it_stays(text: str, left: str) -> None:
    scrubber = Scrubber()

    scrubbed = scrubber.scrub(text)

    assert left in scrubbed
    assert scrubber.removed.total() == 1


@pytest.mark.parametrize(
    "text",
    [
        '"author":"a-known-writer-1234567890"',
        '"sessionTimeoutMessage":"Your session ended soon"',
        '"tokenUrl":"https://www.example.com/oauth/token"',
        '<a class="session-card-1234567890" href="/plans?data=25000">£7.50 a month</a>',
        '<img src="/logo@2x.png">',
        "<path d='M12.5.25.3.1 7123456789'>",
        '"csrf":"removed"',
        '"isAuth": true, "auth": null, "token": ""',
        '"version":"0.0.0.0"',
    ],
)
def test_what_belongs_to_nobody_stays(text: str) -> None:
    scrubber = Scrubber()

    assert scrubber.scrub(text) == text
    assert scrubber.removed == {}


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("csrfmiddlewaretoken", True),
        ("X-XSRF-TOKEN", True),
        ("JSESSIONID", True),
        ("set-cookie", True),
        ("visitorId", True),
        ("author", False),
        ("authors", False),
        ("planId", False),
        ("price", False),
        ("ship", False),
    ],
)
def test_names_are_told_by_their_words(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


def test_a_json_value_of_a_secret_name_goes_however_it_looks() -> None:
    request = {
        "headers": {"Authorization": "x", "accept": "application/json"},
        "json": {"page": 2, "auth": {"pin": 12}, "mail": ["ann@o2.co.uk"]},
    }

    scrubbed = Scrubber().scrub_json(request)

    assert scrubbed == {
        "headers": {"Authorization": "removed", "accept": "application/json"},
        "json": {"page": 2, "auth": {"pin": "removed"}, "mail": ["removed@example.com"]},
    }


@pytest.mark.parametrize("case", find_cases(), ids=lambda case: case.name)
def test_the_saved_pages_of_this_project_hold_nothing_to_remove(case: Case) -> None:
    scrubber = Scrubber()

    assert [scrubber.scrub(page.text) for page in case.pages] == [page.text for page in case.pages]
    assert scrubber.removed == {}


@given(st.text(alphabet="token=\"'{}[]:\\ a1@.&;<>/", max_size=80))
def test_what_is_scrubbed_once_is_scrubbed(text: str) -> None:
    once = Scrubber().scrub(text)
    again = Scrubber()

    assert again.scrub(once) == once


@pytest.mark.parametrize("part", ["session:{", 'token="', "<a '", "token=[", "a@b.", 'sid="\\'])
def test_a_hostile_page_takes_no_more_time_than_another_of_its_size(part: str) -> None:
    text = part * (600_000 // len(part))
    began = time.process_time()

    Scrubber().scrub(text)

    assert time.process_time() - began < 5
