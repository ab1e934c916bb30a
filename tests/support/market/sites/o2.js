const LENGTHS = [24, 12, 1];
const SHOW_ALL_MS = 200;

const months = new URLSearchParams(location.search).get("contractMonths") ?? "24";

function card(tariff) {
  return h("div", { "data-role": "card", class: `c-tariff c-tariff--${tariff.tier.toLowerCase()}` },
    h("div", { class: "c-tariff__head" }, h("p", { class: "c-tariff__tier" }, tariff.tier)),
    h("div", { class: "c-tariff__allowance" },
      h("p", { class: "c-tariff__size" }, tariff.data), h("p", {}, "Data")),
    h("p", {}, tariff.term),
    h("p", {}, "Unlimited UK Minutes & Texts"),
    tariff.roaming && h("p", {}, tariff.roaming),
    h("div", { "data-role": "card", class: "c-tariff__price" },
      h("p", {}, "MONTHLY"), h("p", {}, tariff.monthly),
      tariff.increases.map((increase) => [
        h("p", {}, "Total monthly cost increasing to:"),
        h("p", {}, `${increase.cost} from`), h("p", {}, `${increase.bill} bill`),
      ])),
    h("div", { class: "c-tariff__action" },
      h("button", { type: "button" }, "Choose this plan"), h("a", { href: "#" }, "Plan details")));
}

function bannerCard() {
  return h("div", { "data-role": "card", class: "c-banner" },
    h("p", {}, "VOLT"), h("p", {}, "Are you a Virgin Media broadband customer"),
    h("p", {}, "200GB"), h("p", {}, "Data"), h("p", {}, "24 Month Airtime Plan"),
    h("div", { "data-role": "card" }, h("p", {}, "MONTHLY"), h("p", {}, "£9.00")),
    h("button", { type: "button" }, "Check your address"));
}

function tab(length) {
  return h("a", {
    role: "tab",
    "aria-selected": String(String(length) === months),
    href: `?contractMonths=${length}`,
  }, `${length} month${length === 1 ? "" : "s"}`);
}

function show(tariffs) {
  const cards = tariffs.map(card);
  cards.splice(2, 0, bannerCard());
  find(".sim-grid").replaceChildren(...cards);
  find(".count").textContent = `${tariffs.length} plans`;
}

function showAllButton(tariffs) {
  const button = h("button", {
    type: "button",
    class: "link-button",
    click: async () => {
      await pause(SHOW_ALL_MS);
      show(tariffs);
      button.remove();
    },
  }, "View all results");
  return button;
}

async function start() {
  find(".filters").append(...LENGTHS.map(tab));
  await askConsent(find("#pref_banner"), find("#pref_optin"));
  const { tariffs, shownAtFirst } = await load({ contractMonths: months });
  show(tariffs.slice(0, shownAtFirst));
  if (tariffs.length > shownAtFirst) find(".sim-grid").after(showAllButton(tariffs));
}

start();
