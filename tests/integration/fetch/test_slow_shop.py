"""A shop that is slow, or sends half of what it promised, in a real Chromium.

No card is saved under another choice than its own, and what did not come is not called missing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

import pytest

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.visit import (
    BrowserStep,
    Click,
    ClickUntilGone,
    CollectEach,
    SaveEach,
    ScrollToEnd,
    Visit,
)
from planwatch.errors import ConnectionFault, FetchError, FetchTimeout, IncompletePage
from planwatch.fetch.client import HttpFetcher
from tests.support import server as answers
from tests.support.market.browser import HAS_SANDBOX, why_not
from tests.support.server import Answer, LoopbackServer

pytestmark = pytest.mark.skipif(
    why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"),
    reason=f"no browser to drive: {why_not()}",
)
HOST = "www.o2.co.uk"
PATH = f"/{HOST}/plans"
TIMEOUT_S = 6.0
SLOW_MS = 3_500  # longer than anything that is not waited for, shorter than the limit
NEVER_MS = 60_000
CARDS = SaveEach(opener="#opener", options="#options li", ready=".card")
PANEL = CollectEach(
    groups=".group", options=".option", selected=".on", disabled=".off", panel=".panel"
)
# how a shop may show which term is chosen: the attribute of the one that is, and of others
MARKS = {
    "aria": ('aria-selected="true"', 'aria-selected="false"'),
    "checked": ('aria-checked="true"', 'aria-checked="false"'),
    "class": ('class="tab is-selected"', 'class="tab"'),
    "current": ('aria-current="true"', ""),
}


def _shop(
    after_ms: int, *, mark: str = "aria", same: bool = False, opener: bool = True, via: str = "new"
) -> str:
    """Return a page with two terms; the cards of the one that is chosen come late.

    Args:
        same: both terms have the same cards.
        via: whether the cards are new elements, or the old ones with another text.
    """
    on, off = MARKS.get(mark, ("", ""))
    card = "1" if same else "${term}"
    show = {
        "new": f"cards.innerHTML = `<p class=card>£{card} a month</p>`",
        "text": f"cards.firstChild.textContent = `£{card} a month`",
        "emptied": "cards.innerHTML = ''; setTimeout(() => cards.innerHTML ="
        f" `<p class=card>£{card} a month</p>`, 1000)",
    }[via]
    return f"""<!doctype html><html><body><div id=opener>24 months</div>
<ul id=options>{
        "".join(
            f"<li {on if term == 24 else off} data-term={term}>{term} months</li>"
            for term in (24, 12)
        )
    }</ul>
<div id=cards><p class=card>£{"1" if same else "24"} a month</p></div>
<script>let chosen = "24"; const cards = document.getElementById("cards");
for (const one of document.querySelectorAll("li")) one.onclick = () => {{
  const term = one.dataset.term;
  if (term === chosen) return;
  chosen = term;
  {'document.getElementById("opener").textContent = one.textContent;' if opener else ""}
  for (const other of document.querySelectorAll("li")) {{
    const [set, unset] = [{on!r}, {off!r}];
    for (const [name] of [set, unset].map((said) => said.split("="))) {{
      if (!name) continue;
      const said = other === one ? set : unset;
      if (said) other.setAttribute(name, said.split("=")[1].replaceAll('"', ""));
      else other.removeAttribute(name);
    }}
  }}
  setTimeout(() => {{ if (chosen === term) {{ {show}; }} }}, {after_ms});
}};</script></body></html>"""


def _configurator(after_ms: int, *, refuses: bool = False) -> str:
    """Return a page with two options and a panel that follows late, or refuses the second."""
    follow = (
        "document.querySelector('.option').classList.add('on'); one.classList.remove('on');"
        if refuses
        else "panel.innerHTML = `<b>£${one.dataset.price}</b>`;"
    )
    return f"""<!doctype html><html><body><div class=group>
<span class="option on" data-price=24>24</span> <span class=option data-price=12>12</span></div>
<div class="panel card"><b>£24</b></div><script>const panel = document.querySelector(".panel");
for (const one of document.querySelectorAll(".option")) one.onclick = () => {{
  document.querySelector(".on").classList.remove("on"); one.classList.add("on");
  setTimeout(() => {{ {follow} }}, {after_ms});
}};</script></body></html>"""


@pytest.fixture(scope="module")
def shop() -> Iterator[LoopbackServer]:
    with LoopbackServer({}) as server:
        yield server


def _fetcher(origin: str | None) -> HttpFetcher:
    return HttpFetcher(
        user_agent="planwatch/0.1",
        origin=origin,
        pace_s=0.0,
        browser_timeout_s=TIMEOUT_S,
        browser_sandbox=HAS_SANDBOX,
    )


@pytest.fixture(scope="module")
def fetcher(shop: LoopbackServer) -> Iterator[HttpFetcher]:
    """Return what asks the shop as the origin of every host."""
    with contextlib.closing(_fetcher(shop.origin)) as fetcher:
        yield fetcher


@pytest.fixture(scope="module")
def plain_fetcher() -> Iterator[HttpFetcher]:
    """Return what asks whatever address it is given."""
    with contextlib.closing(_fetcher(None)) as fetcher:
        yield fetcher


class Visiting:
    """Visits a page of the shop, which answers as the test says."""

    def __init__(self, server: LoopbackServer, fetcher: HttpFetcher, url: str) -> None:
        self._server = server
        self._fetcher = fetcher
        self._url = url

    def __call__(
        self,
        page: Answer | str,
        *steps: BrowserStep,
        more: Mapping[str, Answer] | None = None,
        plain: Mapping[str, Answer] | None = None,
    ) -> list[Page]:
        answer = answers.page(page) if isinstance(page, str) else page
        self._server.routes.clear()
        self._server.routes.update({PATH: answer, "/plans": answer})
        self._server.routes.update({f"/{HOST}{path}": one for path, one in (more or {}).items()})
        self._server.routes.update(plain or {})
        request = PageRequest(name="plans", url=self._url, visit=Visit(ready=".card", steps=steps))
        return self._fetcher.fetch_pages("o2", [request], None, needs_browser=True)


@pytest.fixture
def visit(shop: LoopbackServer, fetcher: HttpFetcher) -> Visiting:
    return Visiting(shop, fetcher, f"https://{HOST}/plans")


@pytest.fixture
def visit_plainly(shop: LoopbackServer, plain_fetcher: HttpFetcher) -> Visiting:
    return Visiting(shop, plain_fetcher, f"{shop.origin}/plans")


@pytest.mark.parametrize("via", ["new", "text", "emptied"])
@pytest.mark.parametrize("mark", MARKS)
def test_the_cards_of_a_slow_shop_are_waited_for(visit: Visiting, mark: str, via: str) -> None:
    pages = visit(_shop(SLOW_MS, mark=mark, via=via), CARDS)

    assert [page.name for page in pages] == ["plans: 24 months", "plans: 12 months"]
    assert [page.text.count(">£24 a month<") for page in pages] == [1, 0]
    assert [page.text.count(">£12 a month<") for page in pages] == [0, 1]


@pytest.mark.parametrize("mark", ["aria", "class", "none"])
def test_cards_that_stay_those_of_another_term_are_not_saved(visit: Visiting, mark: str) -> None:
    with pytest.raises(FetchTimeout, match="12 months was chosen, and the page had not changed"):
        visit(_shop(NEVER_MS, mark=mark), CARDS)


@pytest.mark.parametrize(("mark", "opener"), [*((mark, False) for mark in MARKS), ("none", True)])
def test_a_term_that_is_chosen_already_changes_nothing_and_is_saved(
    visit: Visiting, mark: str, opener: bool
) -> None:
    step = SaveEach(opener="#opener", options="#options li:first-child", ready=".card")
    step = CARDS if mark != "none" else step

    pages = visit(_shop(100, mark=mark, opener=opener), step)

    assert ">£24 a month<" in pages[0].text


def test_two_terms_with_the_same_cards_are_both_saved(visit: Visiting) -> None:
    pages = visit(_shop(SLOW_MS, same=True), CARDS)

    assert [page.text.count('class="card">£1 a month<') for page in pages] == [1, 1]


def test_the_panel_of_a_slow_shop_is_waited_for(visit: Visiting) -> None:
    (page,) = visit(_configurator(SLOW_MS), PANEL)

    assert ">£12<" in page.text.partition("data-planwatch")[2]


def test_a_panel_that_stays_that_of_another_choice_is_not_saved(visit: Visiting) -> None:
    with pytest.raises(FetchTimeout, match="12 was chosen, and the page had not changed"):
        visit(_configurator(NEVER_MS), PANEL)


def test_a_choice_that_the_shop_refuses_leaves_the_panel_as_it_is(visit: Visiting) -> None:
    (page,) = visit(_configurator(200, refuses=True), PANEL)

    assert page.text.partition("data-planwatch")[2].count("£24") == 1


LIST = """<!doctype html><html><body><p class=card>£1</p><div id=list style="height:3000px"></div>
<script>let asked = false; addEventListener("scroll", async () => {
  if (asked) return; asked = true;
  const answer = await fetch("/more"); const more = await answer.text();
  document.getElementById("list").outerHTML += more;
});</script></body></html>"""


def _late(answer: Answer, after_s: float) -> Answer:
    def wait(exchange: answers.Exchange) -> None:
        exchange.closing.wait(after_s)
        answer(exchange)

    return wait


def test_the_end_of_a_list_that_is_under_way_is_waited_for(visit: Visiting) -> None:
    more = _late(answers.page("<p class=card style='height:900px'>£2</p>"), 3.5)

    (page,) = visit(LIST, ScrollToEnd(), more={"/more": more})

    assert ">£2<" in page.text


def test_a_list_whose_end_does_not_come_is_not_saved(visit: Visiting) -> None:
    with pytest.raises(FetchTimeout, match="the end of the list"):
        visit(LIST, ScrollToEnd(), more={"/more": answers.hang})


def test_a_button_that_is_busy_is_waited_for(visit: Visiting) -> None:
    page = f"""<!doctype html><html><body><p class=card>£1</p><button>More</button><script>
const button = document.querySelector("button"); let left = 2;
button.onclick = () => {{ button.disabled = true; setTimeout(() => {{
  button.insertAdjacentHTML("beforebegin", "<p class=card>£2</p>");
  left -= 1; if (left) button.disabled = false; else button.remove(); }}, {SLOW_MS}); }};
</script></body></html>"""

    (saved,) = visit(page, ClickUntilGone(selector="button"))

    assert saved.text.count('class="card">£2<') == 2


CUT = "<!doctype html><html><body><p class=card>£1 a month</p><p class=card>£"


@pytest.mark.parametrize("through_origin", [True, False])
@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        (answers.page(CUT), (IncompletePage,)),
        (answers.until_closed(CUT.encode()), (IncompletePage,)),
        (answers.status(206, CUT.encode(), Content_Type="text/html"), (IncompletePage,)),
        # Chromium may go on waiting for the rest
        (answers.truncated(CUT.encode(), missing=500), (ConnectionFault, FetchTimeout)),
    ],
    ids=["no end", "no length", "206", "shorter than announced"],
)
def test_a_part_of_a_page_is_refused_though_the_browser_closes_its_tags(
    visit: Visiting,
    visit_plainly: Visiting,
    answer: Answer,
    errors: tuple[type[FetchError], ...],
    through_origin: bool,
) -> None:
    with pytest.raises(errors) as caught:
        (visit if through_origin else visit_plainly)(answer)

    assert caught.value.is_transient


SCRIPTED = """<!doctype html><html><body><div id=cards></div><script>
fetch("/data").then((answer) => answer.text()).then((text) => {
  document.getElementById("cards").innerHTML = text; });</script></body></html>"""


@pytest.mark.parametrize(
    "answer",
    [
        answers.status(503, b"busy"),
        answers.status(429, b"slow down"),
        answers.reset,
        answers.truncated(b"<p class=card>", missing=400),
        answers.hang,
    ],
    ids=["503", "429", "reset", "truncated", "silent"],
)
def test_a_page_whose_data_did_not_come_is_no_page_without_plans(
    visit: Visiting, answer: Answer
) -> None:
    with pytest.raises(FetchError) as caught:
        visit(SCRIPTED, more={"/data": answer})

    assert caught.value.is_transient


def test_a_page_that_shows_no_plan_though_all_came_is_saved_for_its_parser(visit: Visiting) -> None:
    more = {"/data": answers.page("<p>No plans today</p>")}

    (page,) = visit(SCRIPTED, more=more)

    assert "No plans today" in page.text


def test_what_a_click_asks_for_and_does_not_come_is_told(visit: Visiting) -> None:
    page = """<!doctype html><html><body><p class=card>£1</p><button>SIM only</button><script>
document.querySelector("button").onclick = () => fetch("/data");</script></body></html>"""

    with pytest.raises(ConnectionFault, match="HTTP 503"):
        visit(
            page,
            Click(selector="button", ready=".plan"),
            more={"/data": answers.status(503)},
        )


@pytest.mark.parametrize(
    "script",
    [
        "location.replace('/there')",
        "document.addEventListener('DOMContentLoaded', () => location.replace('/there'))",
        "if (!document.cookie) { document.cookie = 'seen=1'; location.reload(); }",
    ],
    ids=["elsewhere", "elsewhere once it is there", "anew"],
)
def test_a_page_that_goes_on_by_itself_is_read_where_it_ends(
    visit_plainly: Visiting, script: str
) -> None:
    body = "" if "replace" in script else "<p class=card>£5 a month</p>"
    there = answers.page("<!doctype html><html><body><p class=card>£5 a month</p></body></html>")
    first = f"<!doctype html><html><head><script>{script}</script></head><body>{body}</body></html>"

    [page] = visit_plainly(first, plain={"/there": there})

    assert ">£5 a month<" in page.text


def test_a_part_of_the_page_that_another_goes_on_to_is_no_page(visit_plainly: Visiting) -> None:
    first = "<!doctype html><html><head><script>location.replace('/there')</script></head></html>"
    there = answers.page("<!doctype html><html><body><p class=card>£5 a month</p>")

    with pytest.raises(IncompletePage):
        visit_plainly(first, plain={"/there": there})
