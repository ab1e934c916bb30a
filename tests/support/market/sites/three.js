const SHOWN_AFTER_MS = 250;
const FILTERS = [["Contract length", "lengths"], ["Data", "sizes"], ["Plan type", "tiers"]];

let shop;
let chosen;

const box = (classes, ...children) => h("div", { class: `MuiGrid-root ${classes}` }, children);
const text = (classes, ...children) => h("p", { class: `MuiTypography-root ${classes}` }, children);
const footnote = () => h("sup", {
  role: "button", tabindex: "0", class: "navigateToVatLink", id: "navigateToVatLink",
}, "[1]");
const badge = (plan) =>
  plan.badge && h("div", { class: "offer-indicator  offer-indicator-simo" }, plan.badge);

function splitPrice(price, tag = "span") {
  const [whole, decimals] = price.split(".");
  const prefix = tag === "p" ? "MuiTypography-root " : "";
  return [
    h(tag, { class: `${prefix}price-big-digits`, "aria-hidden": "true" }, whole),
    h(tag, { class: `${prefix}price-small-digits`, "aria-hidden": "true" }, `.${decimals}`),
  ];
}

const accessible = (price) => h("span", { class: "visually-hidden" }, price);

function topCard(plan) {
  const [months] = plan.choice;
  return box("sim-only MuiGrid-item",
    box(`plans-card-root-redesign w-full COP ${plan.was ? "card-badge-active" : ""}`,
      badge(plan),
      box("plan-card-redesign-content-wrapper p-[30px] border Standard COP",
        box("plans-card-redesign-dynamic-content",
          h("div", { class: "plan-card-summary-section" },
            h("div", { class: "plan-card-plan-data" }, text("", plan.data)),
            h("div", { class: "pb-[15px]" }, text("", `${months} month ${plan.tier} plan`)),
            h("div", { class: "plan-standard-features-redesign" },
              text("", `Your plan includes:  ${plan.features.join(", ")}`)),
            h("div", { class: "plan-pricing-details pb-[20px]" },
              h("a", { href: "/" }, "Plan and pricing details"))),
          h("div", { class: "plan-card-price-details-section" },
            h("hr", { class: "MuiDivider-root" }),
            h("div", { class: "plan-card-price" },
              h("div", { class: "plan-cost-monthly d-flex pb-[5px]" },
                box("dox-price-container price",
                  box("dox-price",
                    splitPrice(plan.price, "p"), footnote(), accessible(plan.price)),
                  text("price-type", "a month"),
                  plan.was && box("grey-lower-text-wrapper",
                    text("dox-tuk-small-text grey-lower-text", `Was ${plan.was}`))))),
            h("div", { class: "plan-card-redesign-ofcom-container pb-[30px]" }, cardRises(plan))),
          h("div", { class: "btn-container-plan-card-redesign" },
            h("button", { type: "button", id: "plan-card-cta-redesign", value: plan.ref },
              "Add this plan"))))));
}

function cardRises(plan) {
  if (!plan.rises.length) return [];
  return [
    text("dox-tuk-small-text", "increasing to:"),
    plan.rises.map((rise) =>
      h("div", { class: "ofcom-text ofcom-text-redesign flex" },
        text("dox-tuk-body-bold pr-[4px]", `${rise.price} `),
        text("dox-tuk-body", `from  ${rise.from}`))),
  ];
}

function isSold(choice) {
  return shop.plans.some((plan) => choice.every((value, place) => value === plan.choice[place]));
}

/** The contract length counts first, then the data; of two at the same distance the first wins. */
function closestMatch(choice) {
  const distances = (plan) => choice.map((value, place) => Math.abs(value - plan.choice[place]));
  const isCloser = (one, other) => {
    const place = one.findIndex((value, index) => value !== other[index]);
    return place >= 0 && one[place] < other[place];
  };
  return shop.plans.reduce((best, plan) =>
    isCloser(distances(plan), distances(best)) ? plan : best);
}

function option(place, { value, label }) {
  const isAvailable = isSold([...chosen.choice.slice(0, place), value]);
  const isSelected = chosen.choice[place] === value;
  return h("div", {
    tabindex: "0", role: "menuitem",
    class: `choice-card-single-container${isAvailable ? "" : " disabled"}`,
    click: (event) => choose(place, value, event.currentTarget),
  },
  h("div", { class: `choice-card${isSelected ? " selected" : ""} choice-card-pointer  ` },
    h("div", { class: "choice-card-content" }, label), h("div", { class: "choice-card-icon" })));
}

/** The option looks chosen at once; panel and options follow, and may show another plan. */
async function choose(place, value, container) {
  container.parentElement.querySelector(".selected")?.classList.remove("selected");
  container.querySelector(".choice-card").classList.add("selected");
  const wanted = chosen.choice.with(place, value);
  await pause(SHOWN_AFTER_MS);
  chosen = closestMatch(wanted);
  showChosen();
}

function notice() {
  return box("notification-container",
    h("div", { class: "alert-text alert-title" },
      "Not all options are available with this contract length"),
    h("div", { class: "alert-text alert-description" },
      "If you pick anything that isn’t, we’ll show you the closest match."));
}

function configurator() {
  const [lengths, ...others] = FILTERS.map(([title, name], place) =>
    box("filter-wrapper",
      text("plan-categories", title),
      box("filter-cards",
        h("div", { class: "choice-card-group-mini", role: "group" },
          shop[name].map((one) => option(place, one))))));
  return box("plan-selection-section",
    h("h2", { class: "MuiTypography-root build-your-plan-title" }, "Build your plan"),
    lengths, notice(), others);
}

function panel(plan) {
  const [whole, decimals] = plan.price.split(".");
  return box("plan-details-section",
    box("plans-card-root COP",
      h("div", { class: "plans-card-wrapper Standard COP" },
        h("div", { class: "plans-card-content COP" },
          h("div", { class: "plan-summary" },
            h("span", { class: "product-card-description-text" }, "From"),
            h("div", { class: "cost-and-price" },
              h("div", { class: "plan-cost-monthly" },
                h("div", { class: "d-flex" },
                  h("div", { class: "plan-cost-monthly-number" },
                    h("span", {}, whole), ".",
                    h("span", { class: "plan-cost-monthly-number-decimal" }, decimals))),
                h("div", { class: "plan-cost-monthly-text" }, "a month"),
                plan.was && h("div", { class: "was-price" },
                  "Was ", splitPrice(plan.was), accessible(plan.was))),
              h("div", { class: "device-price" }), h("div", { class: "divider" }),
              h("div", { class: "plan-cost-monthly" },
                h("div", { class: "plan-data-text" }, h("span", {}, plan.data)),
                h("div", { class: "plan-cost-monthly-text" }, `${plan.choice[0]} month plan`))),
            panelRises(plan)),
          badge(plan)),
        h("div", { class: "plan-parameters ss-plan-name simo-paym" },
          h("div", { class: "plan-feature-included-text" },
            h("div", { class: "aem-plan-features-txt" }, `${plan.tier} plan features: `)),
          plan.elevated.map((feature) =>
            h("div", { class: "elevated-tiered-feature" },
              h("p", { class: "elevalted-tiered-txt" }, feature))),
          h("ul", { class: "standard-aem-feature" }, plan.features.map((feature) =>
            h("li", { class: "plan-parameter-item" },
              h("span", { class: "plan-img" },
                h("img", { src: "/assets/images/tic.svg", alt: "tick" })), feature)))),
        h("div", { class: "btn-and-plan-details-container" },
          h("button", { type: "button", id: "choosePlanCard", value: plan.ref },
            "Add this plan ")))));
}

function panelRises(plan) {
  if (!plan.rises.length) return null;
  return h("div", { class: "notCPP" },
    h("div", { class: "ofcom-text-container ofcom-text-container-redesign" },
      text("increasing-to", "Increasing to"), footnote(),
      plan.rises.map((rise) =>
        h("div", { class: "ofcom-text ofcom-text-redesign smb-6" },
          h("span", { class: "ofcom-price" }, splitPrice(rise.price), accessible(rise.price), " "),
          ` from  ${rise.from}`))));
}

function showChosen() {
  find("#sim-plans-dynamic-wrapper").replaceChildren(
    box("MuiGrid-item", configurator()), box("MuiGrid-item", panel(chosen)));
}

async function start() {
  await askOneTrust();
  shop = await load({});
  const popular = shop.popular.map((ref) => shop.plans.find((plan) => plan.ref === ref));
  const wrapper = box("sim-plans-dynamic-wrapper MuiGrid-container");
  wrapper.id = "sim-plans-dynamic-wrapper";
  find("#root").replaceChildren(
    box("sim-plans-dynamic-container",
      h("p", { class: "sim-plans-top-plan-header" }, "Our most popular plans"),
      box("simo-top-ranking-plans MuiGrid-container", popular.map(topCard))),
    wrapper);
  if (!shop.plans.length) return;
  [chosen] = popular;
  showChosen();
}

start();
