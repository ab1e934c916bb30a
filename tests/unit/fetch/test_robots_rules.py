"""robots.txt as RFC 9309 says; its examples stand with the number of their section."""

from __future__ import annotations

import pytest

from planwatch.fetch.http.robots_rules import MOST_BYTES, RobotsRules

ANYONE = "user-agent: *\n"


def _allows(text: str, path: str) -> bool:
    return RobotsRules(text.encode()).allow(path)


# Section 5.1 with our name in the place of each of its crawlers.
SIMPLE = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: {foobot}
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: {barbot}
User-Agent: {bazbot}
Disallow: /example/page.html

User-Agent: {quxbot}
"""
NOBODY = {"foobot": "foobot", "barbot": "barbot", "bazbot": "bazbot", "quxbot": "quxbot"}


@pytest.mark.parametrize(
    ("crawler", "path", "allowed"),
    [
        ("", "/example/page.html", False),
        ("", "/a/b.gif", False),
        ("", "/a/b.gif?x", True),
        ("", "/publications/2026", True),
        ("", "/", True),
        ("foobot", "/", False),
        ("foobot", "/publications/", False),
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/example/other.gif", False),
        ("barbot", "/example/page.html", False),
        ("barbot", "/example/other.html", True),
        ("barbot", "/a.gif", True),
        ("bazbot", "/example/page.html", False),
        ("quxbot", "/example/page.html", True),
        ("quxbot", "/a.gif", True),
    ],
)
def test_section_5_1_the_simple_example(crawler: str, path: str, allowed: bool) -> None:
    names = {**NOBODY, **({crawler: "planwatch"} if crawler else {})}

    assert _allows(SIMPLE.format(**names), path) is allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/example/page/", True), ("/example/page/disallowed.gif", False), ("/", True)],
)
def test_section_5_2_the_longest_match(path: str, allowed: bool) -> None:
    rules = "Allow: /example/page/\nDisallow: /example/page/disallowed.gif\n"

    assert _allows(f"User-Agent: planwatch\n{rules}", path) is allowed


def test_section_2_2_1_groups_of_one_product_token_are_merged() -> None:
    merged = (
        "user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\n"
        "user-agent: ExampleBot\ndisallow: /baz\n"
    ).replace("ExampleBot", "PlanWatch")

    assert [_allows(merged, path) for path in ("/foo", "/bar", "/baz", "/qux")] == [
        False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("user-agent: *\ndisallow: /foo\n\nuser-agent: BazBot\ndisallow: /baz\n", False),
        ("user-agent: BazBot\ndisallow: /foo\n", True),
        ("disallow: /foo\n", True),
        ("", True),
        # every group of `*` counts
        (f"{ANYONE}disallow: /bar\n\n{ANYONE}disallow: /foo\n", False),
        # our own group stands alone, even without a rule
        (f"{ANYONE}disallow: /foo\n\nuser-agent: planwatch\n", True),
        (f"{ANYONE}disallow: /foo\n\nuser-agent: planwatch\ndisallow:\n", True),
    ],
)
def test_section_2_2_1_everybodys_group_counts_where_none_is_ours(text: str, allowed: bool) -> None:
    assert _allows(text, "/foo") is allowed


@pytest.mark.parametrize(
    ("token", "is_ours"),
    [
        ("planwatch", True),
        ("PLANWATCH", True),
        ("planwatch/0.1", True),
        ("planwatch/0.1 (+https://example.org)", True),
        ("planwatch # us", True),
        ("plan", False),
        ("planwatchbot", False),
        ("planwatch-bot", False),
        ("planwatch2", False),
        ("watch", False),
        ("my-planwatch", False),
        ("plan*", False),
        ("Mozilla/5.0 (compatible; planwatch/0.1)", False),
    ],
)
def test_section_2_2_1_the_whole_product_token_without_its_version_is_ours(
    token: str, is_ours: bool
) -> None:
    assert _allows(f"User-agent: {token}\nDisallow: /", "/plans") is not is_ours


# Section 2.2.2: path, encoded path, path to match
TABLE = [
    ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
    ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
    ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
    ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
    ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
    ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84"),
    ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
    ("/foo/bar/baz", "/foo/bar/%62%61%7A"),
]


@pytest.mark.parametrize(("pattern", "path"), TABLE)
def test_section_2_2_2_paths_are_compared_in_one_spelling(pattern: str, path: str) -> None:
    assert not _allows(f"{ANYONE}disallow: {pattern}", path)
    assert _allows(f"{ANYONE}disallow: /\nallow: {pattern}", path)
    assert _allows(f"{ANYONE}disallow: {pattern}", "/foo/ba")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        # an Allow as long as a Disallow wins
        ("disallow: /page\nallow: /page", "/page", True),
        ("allow: /p\ndisallow: /", "/page", True),
        ("allow: /page\ndisallow: /*.html", "/page.html", False),
        # case counts in a path, and not in a field
        ("DISALLOW: /Page", "/page", True),
        ("Disallow: /Page", "/Page", False),
        # an encoded slash is no slash in a path
        ("disallow: /a%2Fb", "/a/b", True),
        ("disallow: /a%2fb", "/a%2Fb", False),
    ],
)
def test_section_2_2_2_the_longest_rule_that_matches_counts(
    rules: str, path: str, allowed: bool
) -> None:
    assert _allows(f"{ANYONE}{rules}", path) is allowed


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("disallow: / # comment in line\n# comment on its own line", "/x", False),
        ("disallow: /\nallow: /this/path/exactly$", "/this/path/exactly", True),
        ("disallow: /\nallow: /this/path/exactly$", "/this/path/exactly/more", False),
        ("disallow: /\nallow: /this/path/exactly$", "/this/path/exactly$", False),
        ("disallow: /\nallow: /this/*/exactly", "/this/path/exactly", True),
        ("disallow: /\nallow: /this/*/exactly", "/this//exactly", True),
        ("disallow: /path/file-with-a-%2A.html", "/path/file-with-a-*.html", False),
        ("disallow: /path/file-with-a-%2A.html", "/path/file-with-a-b.html", True),
        ("disallow: /path/foo-%24", "/path/foo-$", False),
        ("disallow: /path/foo-%24", "/path/foo-%24", False),
        ("disallow: /path/foo-%24", "/path/foo-", True),
        ("disallow: /a$b", "/a$bc", False),
        ("disallow: /*?*sort=", "/plans?term=12&sort=price", False),
        ("disallow: /*/cheap", "/plans?of=a/cheap", False),
        ("disallow: /**x", "/ax", False),
        ("disallow: /\nallow: /index.html", "/", False),
        ("disallow: /\nallow: /index.html", "/index.html", True),
    ],
)
def test_section_2_2_3_special_characters(rules: str, path: str, allowed: bool) -> None:
    assert _allows(f"{ANYONE}{rules}", path) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "user-agent: planwatch\nsitemap: https://example.org/a.xml\ndisallow: /foo",
        "user-agent: planwatch\nsitemap: https://x/a\nuser-agent: other\ndisallow: /foo",
        "user-agent: planwatch\ncrawl-delay: 5\nuser-agent: other\ndisallow: /foo",
        "user-agent: planwatch\nnoindex: /x\n\nuser-agent: other\n\n\ndisallow: /foo",
        "user-agent: planwatch\nclean-param: a&b\ndisallow: /foo",
    ],
)
def test_section_2_2_4_other_records_end_no_group(text: str) -> None:
    assert not _allows(text, "/foo")


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfuser-agent: planwatch\ndisallow: /foo",
        b"user-agent: planwatch\rdisallow: /foo\r",
        b"user-agent: planwatch\r\n\r\n  disallow :\t/foo  \r\n",
        b"\x00\x01 binary \xff\n:::\nuser-agent\nuser-agent: planwatch\ndisallow: /foo",
        "user-agent: planwatch\nallow: /x\u2028allow: /foo\ndisallow: /foo".encode(),
        b"User Agent: planwatch\nDisalow: /foo",
        b"user-agent planwatch\ndisallow /foo",
    ],
)
def test_section_2_3_1_5_every_line_that_can_be_read_is(body: bytes) -> None:
    assert not RobotsRules(body).allow("/foo")


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body>\nUser-agent: *\nDisallow: /\n</body></html>",
        "\ufeff\n <html>\nUser-agent: *\nDisallow: /\n",
        "<!-- not found -->\nUser-agent: *\nDisallow: /\n",
    ],
)
def test_a_page_in_the_place_of_a_robots_txt_has_no_rules(page: str) -> None:
    assert _allows(page, "/foo")


def test_section_2_5_half_a_megabyte_is_read_and_no_line_is_cut() -> None:
    head, tail = b"user-agent: *\n", b"disallow: /foo\n"
    filler = b"# " + b"x" * 97 + b"\n"
    room = MOST_BYTES - len(head) - len(tail)
    fits = head + filler * (room // len(filler)) + b"#" * (room % len(filler) - 1) + b"\n" + tail
    assert len(fits) == MOST_BYTES

    assert not RobotsRules(fits).allow("/foo")
    assert not RobotsRules(fits + filler * 10_000).allow("/foo")
    cut = fits[: -len(tail)] + b"###\n" + tail
    assert cut[:MOST_BYTES].endswith(b"\ndisallow: /")
    assert RobotsRules(cut).allow("/any")
    assert not RobotsRules((fits + filler).replace(b"\n", b"\r")).allow("/foo")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("user-agent: *\ncrawl-delay: 7", 7.0),
        ("user-agent: *\ncrawl-delay: 0.5", 0.5),
        ("user-agent: *\ncrawl-delay: 5\ncrawl-delay: 9", 9.0),
        ("user-agent: *\ncrawl-delay: 5\n\nuser-agent: planwatch\ndisallow: /x", 0.0),
        ("user-agent: badbot\ncrawl-delay: 900\n\nuser-agent: *\ndisallow: /x", 0.0),
        ("user-agent: *\ncrawl-delay: soon", 0.0),
        ("user-agent: *\ncrawl-delay: -5", 0.0),
        ("user-agent: *\ncrawl-delay: nan", 0.0),
        ("user-agent: *\ncrawl-delay: 99999999999999999999", 1e9),
        ("crawl-delay: 5", 0.0),
    ],
)
def test_the_crawl_delay_is_that_of_our_group(text: str, delay_s: float) -> None:
    assert RobotsRules(text.encode()).crawl_delay_s == delay_s
