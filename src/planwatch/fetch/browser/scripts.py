"""What is asked of a page, or done to it, in its own language."""

from __future__ import annotations

from typing import Final

# Resolves once nothing in the page has changed for a while.
SETTLE: Final = """
([quiet, most]) => new Promise((done) => {
  let timer = setTimeout(end, quiet);
  const again = () => { clearTimeout(timer); timer = setTimeout(end, quiet); };
  const watch = new MutationObserver(again);
  const limit = setTimeout(end, most);
  function end() { watch.disconnect(); clearTimeout(timer); clearTimeout(limit); done(); }
  watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})
"""
SCROLL: Final = """
() => { window.scrollTo(0, document.body.scrollHeight); return document.body.scrollHeight; }
"""
# Of buttons that are found: what has become of the first.
OFFER: Final = """
([button]) => {
  if (!button || !button.getClientRects().length) return "gone";
  if (getComputedStyle(button).visibility !== "visible") return "gone";
  return button.matches(":disabled, [aria-disabled='true']") ? "busy" : "there";
}
"""
# Marks what is shown now, and returns its text.
MARK: Final = """
(shown) => [...document.querySelectorAll(shown)].map((one) => {
  one.planwatchSeen = true;
  return one.textContent;
}).join("\\n")
"""
# Tells whether other elements, or another text, have come in the place of what was marked.
HAS_CHANGED: Final = """
([shown, before]) => {
  const found = [...document.querySelectorAll(shown)];
  const text = found.map((one) => one.textContent).join("\\n");
  return text.trim() !== "" && (text !== before || found.every((one) => !one.planwatchSeen));
}
"""
# Tells whether the option of that number, and no other, is marked as the one that is chosen.
IS_CHOSEN: Final = """
([options, number]) => {
  const found = [...document.querySelectorAll(options)];
  const states = '[aria-selected="true"], [aria-checked="true"], [aria-pressed="true"], :checked, '
    + '[aria-current]:not([aria-current="false"])';
  const names = /(^|[\\s_-])(selected|active|current|checked|chosen)($|[\\s_])/i;
  const marks = [
    (one) => one.matches(states) || one.querySelector(states) !== null,
    (one) => names.test(one.getAttribute("class") || ""),
  ];
  return marks.some((mark) => {
    const chosen = found.filter(mark);
    return chosen.length === 1 && chosen[0] === found[number];
  });
}
"""
# Of each group of options: which is selected, which are disabled.
READ_CHOICES: Final = """
([groups, options, selected, disabled]) => [...document.querySelectorAll(groups)].map((group) =>
  [...group.querySelectorAll(options)].map((option) => ({
    selected: option.matches(selected) || option.querySelector(selected) !== null,
    disabled: option.matches(disabled) || option.querySelector(disabled) !== null,
  })))
"""
APPEND: Final = """
(panels) => {
  const place = document.createElement("section");
  place.setAttribute("data-planwatch", "collected");
  place.innerHTML = panels.join("\\n");
  document.body.append(place);
}
"""
