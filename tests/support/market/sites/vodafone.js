const LENGTHS = [1, 12, 24];
const REPLACED_AFTER_MS = 300;

const words = (length) => `${length} Months`;
let chosen = 24;

function card(plan) {
  return h("div", { class: "sc-b", "data-testid": "plan-card-item" },
    h("div", { class: "sc-d" },
      h("h2", {}, plan.name), h("p", {}, "data"), plan.speed && h("p", {}, plan.speed)),
    h("div", { class: "sc-c", "data-testid": "price-wrapper" },
      h("span", {}, "£"), " ", h("span", {}, plan.price), " ", h("span", {}, "a month")),
    plan.rises.map((rise) => h("p", { "data-testid": "price-rise-text" }, rise)),
    h("ul", {}, plan.benefits.map((benefit) =>
      h("li", { "data-testid": "common-benefit-item" }, benefit))),
    h("a", { href: "#", role: "button" }, "See plan details"),
    h("button", { type: "button" }, "Add to basket"));
}

function modal() {
  return h("div", {
    "data-testid": "plan_card_details_modal", "aria-hidden": "true", style: "display:none",
  },
  h("header", {}, h("button", { type: "button" }, "Close")),
  h("button", { role: "tab", "aria-selected": "true" }, "Plan"),
  h("button", { role: "tab", "aria-selected": "false" }, "Charges"),
  h("div", { role: "tabpanel", "aria-hidden": "true" },
    "Outside the plan: calls £0.65 a minute, texts £0.65, 45p for 10MB."));
}

function option(length) {
  return h("li", {
    id: words(length), role: "option", "aria-selected": String(length === chosen),
    click: () => choose(length),
  }, words(length));
}

function open(isOpen) {
  find("#contractLength").setAttribute("aria-expanded", String(isOpen));
  find('ul[role="listbox"]').style.display = isOpen ? "block" : "none";
}

function dropdown() {
  return h("div", { class: "sc-filter" },
    h("label", { for: "contractLength" }, "Contract length"),
    h("div", {
      id: "contractLength", role: "combobox", tabindex: "0", "aria-expanded": "false",
      click: () => open(find('ul[role="listbox"]').style.display === "none"),
    }, words(chosen)),
    h("ul", { role: "listbox", "aria-label": "Contract length", style: "display:none" },
      LENGTHS.map(option)));
}

/** The dropdown tells the new length at once; the cards of the old one stay until the new come. */
async function choose(length) {
  open(false);
  if (length === chosen) return;
  chosen = length;
  find("#contractLength").textContent = words(length);
  for (const item of document.querySelectorAll('li[role="option"]')) {
    item.setAttribute("aria-selected", String(item.id === words(length)));
  }
  await pause(REPLACED_AFTER_MS);
  await showPlans(length);
}

async function showPlans(length) {
  const { plans } = await load({ contractLength: length });
  if (length !== chosen) return;
  find('[data-testid="plan-list-content"]').replaceChildren(...plans.map(card));
}

async function start() {
  await askOneTrust();
  const { plans } = await load({ contractLength: chosen });
  find("#plans").replaceChildren(
    dropdown(),
    h("div", { class: "sc-a", "data-testid": "plan-list-content" }, plans.map(card)),
    modal());
}

start();
