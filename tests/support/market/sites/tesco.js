function card(hit) {
  return h("li", { class: "ais-InfiniteHits-item" },
    h("div", { class: "product-item simo" },
      h("div", { class: "product-item-info" },
        h("h3", { class: "result-title" }, hit.name),
        h("ul", { class: "allowance" }, hit.features.map((feature) => h("li", {}, feature))),
        h("div", { class: "price-wrapper regular-price-wrapper" }, hit.price),
        h("p", { class: "contract-length" }, hit.contract),
        hit.clubcardPrice && h("div", { class: "clubcard-price-wrapper" },
          h("span", { class: "clubcard-price-label" }, "Clubcard Price"), " ",
          h("span", { class: "clubcard-price-value" }, hit.clubcardPrice)),
        h("button", { type: "button", class: "action tocart" }, "Add"))));
}

/** While more hits are on their way the button is disabled, and still there. */
function moreButton(list, next) {
  const button = h("button", {
    type: "button", class: "ais-InfiniteHits-loadMore",
    click: async () => {
      button.disabled = true;
      const { hits, page, nbPages } = await load({ page: next });
      list.append(...hits.map(card));
      if (page + 1 < nbPages) button.replaceWith(moreButton(list, page + 1));
      else button.remove();
    },
  }, "Show more");
  return button;
}

async function start() {
  await askOneTrust();
  const { hits, nbPages } = await load({ page: 0 });
  const list = h("ol", { class: "ais-InfiniteHits-list" }, hits.map(card));
  find("#hits").replaceChildren(h("div", { class: "ais-InfiniteHits" },
    list, nbPages > 1 ? moreButton(list, 1) : null));
}

start();
