"""What a browser is to do on a page before it is saved, as data that a source declares.

Selectors are CSS, with Playwright's `:has-text("…")`. Nothing here knows a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Click what is there; nothing where it is not.

    Attributes:
        frame: CSS of the iframe that holds it; None is the page itself.
        ready: shown once a step's click has had its effect; None is waited for by no step.
    """

    selector: str
    frame: str | None = None
    ready: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickUntilGone:
    """Click a button such as "Show more" until it is gone, `most` times at most."""

    selector: str
    most: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrollToEnd:
    """Scroll down until the page grows no more, for lists that load as they come into view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForQuiet:
    """Wait until the page asks for nothing more, `most_s` seconds at most: some never stop."""

    most_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveEach:
    """Choose each option of a control in turn and save the page each time.

    Attributes:
        opener: shows the options; None where they are always shown.
        options: what is clicked; the text or id of each names its page.
        ready: must be there after the choice.
    """

    options: str
    ready: str
    opener: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectEach:
    """Choose every combination of several groups of options; put what a panel says into the page.

    A site may answer a click with another combination: what the panel then says counts, so each
    panel is kept once, however it was reached.

    Attributes:
        groups: each holds the options of one choice.
        options: those within a group.
        selected: matches an option, or something in it, that is chosen at present.
        disabled: matches one that cannot be chosen together with the others at present.
        panel: what is copied into the saved page, at its end, once for each different content.
        most: combinations at most.
    """

    groups: str
    options: str
    selected: str
    disabled: str
    panel: str
    most: int = 200


BrowserStep = Click | ClickUntilGone | ScrollToEnd | WaitForQuiet | SaveEach | CollectEach


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a page is brought to show its plans.

    Attributes:
        ready: shown as soon as there are plans.
        consent: dialogs that may stand in the way, now or later.
        steps: in order, once it is ready.
        cookies: sent from the start; why stands in docs/explanation/scraping-policy.md.
        hosts: other sites whose scripts the page cannot do without.
    """

    ready: str
    consent: tuple[Click, ...] = ()
    steps: tuple[BrowserStep, ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
