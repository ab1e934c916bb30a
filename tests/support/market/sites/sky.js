const MESSAGE = "474555";
const MESSAGE_ADDRESS = `https://cdn.privacy-mgmt.com/index.html?message_id=${MESSAGE}`;
const TABS = [["With a phone", "with-a-phone"], ["SIM only", "sim-only"]];
const CARDS_AT_ONCE = 4;
const CARDS_AFTER_MS = 250;

let chosen;

/** The dialog is a document of its own in a frame; it tells the page what was clicked. */
async function askSourcePoint() {
  if (!mustAskConsent()) return;
  await pause(CONSENT_APPEARS_MS);
  const container = h("div", { id: `sp_message_container_${MESSAGE}` },
    h("iframe", {
      id: `sp_message_iframe_${MESSAGE}`, title: "Privacy message", src: MESSAGE_ADDRESS,
    }));
  document.body.append(container);
  await new Promise((done) => {
    addEventListener("message", (event) => {
      if (event.data?.name === "sp.hideMessage") done();
    });
  });
  container.remove();
  rememberConsent();
}

function planCard(plan) {
  return h("div", { id: "data-plan", class: "c-plan" },
    h("div", { class: "c-plan__data" }, h("p", {}, plan.data), h("p", {}, "data plan")),
    h("div", { class: "c-plan__price" },
      h("span", { class: "c-visually-hidden" }, `${plan.price} a month`),
      h("span", { "aria-hidden": "true" }, plan.price),
      h("span", { "aria-hidden": "true" }, "a month")),
    h("div", { class: "c-plan__sim" },
      h("h3", {}, "Choose a SIM type"),
      ["SIM card", "eSIM"].map((kind) => h("label", {}, h("input", { type: "radio" }), kind))),
    h("button", { type: "button" }, "Add to basket"));
}

function phoneCard(phone) {
  return h("div", { class: "c-phone" },
    h("p", {}, phone.name), h("p", {}, phone.price), h("p", {}, "36 month contract"));
}

function tab([label, name]) {
  return h("button", {
    role: "tab", type: "button", "aria-selected": "false", "data-tab": name,
    click: () => showTab(name),
  }, label);
}

async function showTab(name) {
  chosen = name;
  for (const button of document.querySelectorAll('[role="tab"]')) {
    button.setAttribute("aria-selected", String(button.dataset.tab === name));
  }
  const shop = await load({ tab: name });
  if (name !== chosen) return;
  if (shop.plans) showPlans(shop);
  else find("#range").replaceChildren(h("section", { class: "phones" }, shop.phones.map(phoneCard)));
}

function showPlans({ plans, benefits }) {
  const list = h("section", { class: "plans" });
  const end = h("div", { class: "c-sentinel", style: "height:1px" });
  find("#range").replaceChildren(
    h("p", { class: "intro" }, "SIM only plans run for 12 months."),
    h("div", { class: "c-banner" }, h("p", {}, "Swap, roll and share your data")),
    list, end,
    h("section", { "data-testid": "data-plan-benefits" },
      h("h2", {}, "With every plan"), h("ul", {}, benefits.map((text) => h("li", {}, text)))));
  addWhileSeen(end, list, plans);
}

/** Add some cards whenever the end of the list comes into view, until there is none left. */
function addWhileSeen(end, list, plans) {
  const left = [...plans];
  const observer = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.unobserve(end);
    await pause(CARDS_AFTER_MS);
    list.append(...left.splice(0, CARDS_AT_ONCE).map(planCard));
    if (left.length) observer.observe(end);
    else end.remove();
  });
  observer.observe(end);
}

async function start() {
  await askSourcePoint();
  find('[role="tablist"]').append(...TABS.map(tab));
  await showTab("with-a-phone");
}

start();
