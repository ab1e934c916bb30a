"""A stored analysis as an HTML page and as Markdown."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from parsel import Selector

from planwatch.analysis.formulas import IN_A_SENTENCE
from planwatch.services.market.report_data import Moved
from planwatch.views.output.cell_labels import CellLabels
from planwatch.views.output.markdown import escape
from planwatch.views.output.web_link import find_link
from planwatch.views.report.cells import format_fact, format_value
from planwatch.views.report.html import render_html
from planwatch.views.report.markdown import render_markdown
from tests.docs.pages import find_sections, read
from tests.unit.views.reports import (
    HOSTILE,
    RIVAL,
    make_document,
    make_fact,
    make_hostile_report,
    make_move,
    make_report,
    make_report_plan,
    make_table,
)


def _tree(text: str) -> Any:
    return Selector(text=text).root


def _words(node: Any) -> str:
    return " ".join(node.text_content().split())


def find_faults(text: str) -> list[str]:
    """Return what makes a page not self-contained or not whole, [] for a good one."""
    tree = _tree(text)
    ids = tree.xpath("//@id")
    faults = [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
    anchors = {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")}
    faults += [f"no {anchor}" for anchor in anchors - set(ids)]
    faults += [f"fetches {one}" for one in tree.xpath("//@src|//link/@href|//use/@href")]
    faults += [
        f"runs {node.tag}" for node in tree.xpath("//script|//iframe|//object|//embed|//img")
    ]
    faults += [f"handler {name}" for name in tree.xpath("//@*[starts-with(name(), 'on')]")]
    others = [link for link in tree.xpath("//a/@href") if not re.match(r"#|https?://", link)]
    levels = [int(node.tag[1]) for node in tree.xpath("//h1|//h2|//h3|//h4")]
    jumps = [b for a, b in pairwise(levels) if b > a + 1]
    faults += [f"address {link}" for link in others] + [f"jump to h{level}" for level in jumps]
    return faults + (["url("] if "url(" in text or "@import" in text else [])


def test_the_verdict_comes_first_and_the_findings_after_it() -> None:
    tree = _tree(render_html(make_report()))
    main = _words(tree.xpath("//main")[0])

    places = [main.index(words) for words in ("O2 is cheaper.", "The first finding.", "A caveat.")]
    assert places == sorted(places)
    assert _words(tree.xpath("//h1")[0]) == "O2 × EE"


def test_a_page_says_when_by_whom_and_of_which_day_it_is() -> None:
    words = _words(_tree(render_html(make_report(note="Recorded market."))).xpath("//header")[0])

    assert "Plans as of 16 Nov 2026" in words.replace("of16", "of 16")
    assert "the template" in words
    assert "09:12 GMT" in words
    assert "stale O2 (2 days ago)" in words
    assert "Recorded market." in words
    assert "moved since" not in words


def test_a_page_says_what_has_moved_since() -> None:
    report = make_report(moved=Moved(new=1, withdrawn=0, changed=3))

    assert "moved since this analysis: 3 changed, 1 new" in render_html(report)
    assert "moved since this analysis: 3 changed, 1 new" in render_markdown(report)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_page_becomes_markup_of_the_report(text: str) -> None:
    page = render_html(make_hostile_report(text))

    assert find_faults(page) == []
    assert text in _tree(page).text_content()
    assert "49" not in _words(_tree(page).xpath("//p[@class='verdict']")[0])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_page_becomes_markup_of_the_markdown(text: str) -> None:
    from markdown_it import MarkdownIt

    written = render_markdown(make_hostile_report(text))
    drawn = MarkdownIt("commonmark").enable("table").render(written)
    tree = _tree(drawn)

    assert tree.xpath("//script|//img|//code|//em") == []
    assert [link for link in tree.xpath("//a/@href") if "ee.example" not in link] == []
    assert {len(row.xpath("./td|./th")) for row in tree.xpath("//table[1]//tr")} != set()
    assert len({len(row.xpath("td|th")) for row in tree.xpath("//table")[-1].xpath(".//tr")}) == 1
    assert " ".join(text.split()) in tree.text_content()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a | b", r"a \| b"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("# a", r"\# a"),
        ("a\nb", "a b"),
        ("https://a.example", r"https\://a.example"),
        ("£12.34 a month (−3 %)", "£12.34 a month (−3 %)"),
    ],
)
def test_markdown_means_nothing_in_escaped_text(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://o2.example/a?b=c", True),
        ("http://o2.example", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,x", False),
        ("//o2.example", False),
        ("https:///o2", False),
        ("https://o2.example/ onclick=x", False),
        ("https://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, is_link: bool) -> None:
    assert (find_link(url) is not None) is is_link


def test_a_figure_leads_to_its_fact_and_a_plan_to_its_row() -> None:
    tree = _tree(render_html(make_report()))
    row = tree.xpath("//caption[.='A table']/../tbody/tr")[0]

    assert row.xpath(".//a/@href") == ["#p1", "#f-effective.o2-25gb-24m"]
    assert "£12.50 a month" in _words(tree.xpath("//*[@id='f-effective.o2-25gb-24m']")[0])
    assert "https://www.o2.example/sim?a=1&b=2" in tree.xpath("//tr[@id='p1']//a/@href")


def test_a_figure_whose_fact_is_not_in_the_document_leads_nowhere() -> None:
    fact = make_fact(id="exit.o2-25gb-24m", kind="exit", label="exit price")
    tree = _tree(render_html(make_report(make_document(facts=[fact]))))
    row = tree.xpath("//caption[.='A table']/../tbody/tr")[0]

    assert row.xpath(".//a/@href") == ["#p1"]


def test_a_row_and_a_sentence_that_name_their_facts_are_linked() -> None:
    table = make_table(
        [{"what": "a", "n": 3, "ids": {"n": "effective.o2-25gb-24m"}}],
        ("what", "What", "text"),
        ("n", "N", "int"),
    )
    said = {"title": "Price", "body": "It costs more.", "fact_ids": ["effective.o2-25gb-24m", "no"]}
    section = {"id": "x", "title": "X", "sentences": [said], "tables": [table]}
    tree = _tree(render_html(make_report(make_document(sections=[section], findings=[said]))))

    assert tree.xpath("//td/a/@href")[0] == "#f-effective.o2-25gb-24m"
    assert len(tree.xpath("//li/a[@class='cite'][@href='#f-effective.o2-25gb-24m']")) == 2


def test_a_document_that_lacks_keys_or_has_unknown_ones_is_drawn() -> None:
    bare = {"kind": "analyse", "focus": "O2", "verdict": "So.", "surprise": 1}
    odd = make_document(
        sections=[
            {"title": "Odd", "tables": [make_table([{"a": 1.5}], ("a", "A", "parsecs"))]},
            {"id": "empty", "title": "Empty", "sentences": [], "tables": []},
        ],
        facts=[{"id": "x", "value": 7, "unit": "parsecs"}],
    )
    for document in (bare, odd):
        report = make_report(document, plans=[], moved=None, sources=[])

        assert find_faults(render_html(report)) == []
        assert "# " in render_markdown(report)
    assert "7 parsecs" in render_html(make_report(odd))


def test_a_section_that_only_says_the_findings_again_is_left_out() -> None:
    summary = {
        "id": "summary",
        "title": "Executive summary",
        "sentences": ["O2 is cheaper.", "The first finding."],
        "tables": [],
    }

    assert "Executive summary" not in render_html(make_report(make_document(sections=[summary])))


def test_recommendations_stand_before_the_charts() -> None:
    section = {"id": "match", "title": "To match", "sentences": ["Cut it."], "tables": []}
    page = render_html(make_report(make_document(sections=[section])))
    told = render_html(make_report(make_document(actions=["Raise it."])))

    assert page.index('id="actions"') < page.index("Cut it.") < page.index('id="charts"')
    assert "Raise it." in told


def test_of_differences_only_those_of_the_focus_brand_have_a_colour() -> None:
    def section(table_id: str, key: str) -> dict[str, Any]:
        columns = [
            {"key": "plan", "label": "Plan", "kind": "text"},
            {"key": key, "label": "By", "kind": "money_diff"},
        ]
        rows = [{"plan": f"p{pence}", key: pence} for pence in (150, -50, 0, None)]
        table = {"id": table_id, "title": table_id, "columns": columns, "rows": rows}
        return {"id": table_id, "title": table_id, "sentences": [], "tables": [table]}

    names = (("gaps", "gap_pence"), ("steps", "more_pence"), ("dominated", "gap_pence"))
    document = make_document(sections=[section(*each) for each in names])
    tree = _tree(render_html(make_report(document)))

    found = {
        table_id: [
            cell.get("class") for cell in tree.xpath(f"//section[h2='{table_id}']//tbody//td")
        ]
        for table_id, _ in names
    }
    assert found == {
        "gaps": ["n bad", "n good", "n", "n"],
        "steps": ["n"] * 4,
        "dominated": ["n"] * 4,
    }


@pytest.mark.parametrize(
    ("key", "label", "shown"),
    [
        ("win_pence", "Wins at", "Wins at (effective)"),
        ("ends_at_pence", "No longer dominated at", "No longer dominated at (effective)"),
        ("effective_pence", "Effective", "Effective"),
    ],
)
def test_a_cost_that_looks_like_a_price_to_set_says_that_it_is_effective(
    key: str, label: str, shown: str
) -> None:
    columns = [
        {"key": "basket", "label": "Basket", "kind": "text"},
        {"key": key, "label": label, "kind": "money"},
    ]
    table = {"id": "win", "title": "t", "columns": columns, "rows": [{"basket": "a", key: 489}]}
    section = {"id": "match", "title": "Match", "sentences": [], "tables": [table]}
    report = make_report(make_document(sections=[section]))

    heads = _tree(render_html(report)).xpath("//section[h2='Match']//thead//th/text()")
    assert heads == ["Basket", shown]
    assert f"| {escape(shown)} |" in render_markdown(report)


@pytest.mark.parametrize("label", ['a"b', "a\\b", "a}b</style>", "O2 − 5 GB", "£/GB"])
def test_a_label_of_a_cell_is_a_string_of_the_style_whatever_is_in_it(label: str) -> None:
    labels = CellLabels()

    name = labels(["Plan", label])
    style = labels.render_style()

    assert labels(["Plan", label]) == name, "one class for the same labels"
    [content] = re.findall(r'nth-child\(2\)::before\{content:"([^"]*)"\}', style)
    read = re.sub(r"\\([0-9a-f]{1,6}) ", lambda match: chr(int(match[1], 16)), content)
    assert read == label
    assert "<" not in style


def test_a_chart_without_data_is_a_sentence_or_nothing() -> None:
    none = render_html(make_report(plans=[]))
    moved = render_html(make_report(moves=[make_move()]))

    assert "<svg" not in none
    assert "No price history yet" in none
    assert "Costs and since when" in moved
    assert moved.count("<svg") == 6


def test_of_plans_that_share_a_name_each_cell_leads_to_its_own() -> None:
    twin = make_report_plan(plan_id="uswitch:o2-25gb-24m")
    page = render_html(make_report(plans=[twin, make_report_plan(), RIVAL]))
    row = _tree(page).xpath("//caption[.='A table']/../tbody/tr")[0]

    assert row.xpath(".//a/@href")[0] == "#p2"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", 1234, "£12.34"),
        ("money_diff", -50, "−£0.50"),
        ("money", None, "–"),
        ("data", None, "Unlimited"),
        ("share", 33.3, "33 %"),
        ("percent", -8.7, "−9 %"),
        ("int", 21.3, "21.3"),
        ("money", "free", "free"),
        ("parsecs", 3, "3"),
    ],
)
def test_a_value_is_shown_by_its_kind(kind: str, value: Any, shown: str) -> None:
    assert format_value(kind, value) == shown


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("pence_per_month", 1250, "£12.50 a month"),
        ("pence_per_year", -600, "−£6.00 a year"),
        ("percent", -19.3, "−19.3 %"),
        ("rank", 3, "rank 3"),
        ("mb", 25000, "25 GB"),
        ("index", 99.0, "99.0"),
        ("points", 21.3, "21.3 points"),
    ],
)
def test_a_fact_is_shown_with_its_unit(unit: str, value: float, shown: str) -> None:
    assert format_fact({"value": value, "unit": unit}) == shown


def test_each_formula_that_is_explained_is_one_of_the_reference() -> None:
    headings = set(find_sections(read("docs/reference/formulas.md")))

    assert set(IN_A_SENTENCE) - headings <= {"Count"}
