"""What a page holds beside its plans, none of which is a plan."""

from __future__ import annotations

from random import Random

NOISE = {
    "nav": "<header><nav><ul><li><a href=/>Phones</a></li><li>"
    "<a href=/s>100GB SIM for £11 a month</a></li></ul></nav></header>",
    "hero": "<section><h1>SIM only deals</h1><p>From £3 a month</p><a href=/s>Shop now</a>"
    "</section>",
    "banner": "<div><p>Black Friday: get 77GB for just £6 a month!</p></div>",
    "filters": "<div><button>1GB - 10GB</button><button>Up to 50GB</button><button>£5 - £10"
    "</button><button>Unlimited</button></div>",
    "chips": "<div role=group><button>Data</button><button>5GB</button><button>20GB</button>"
    "<button>Unlimited</button></div>",
    "faq": "<section><h2>Frequently asked questions</h2><details><summary>What does 25GB cost?"
    "</summary><p>A 25GB plan costs £9 a month."
    " With 33GB you pay £13 a month.</p></details><div><h3>How much data do I need?</h3><p>10GB"
    "</p><p>costs</p><p>£4 a month</p></div></section>",
    "small print": "<section><h2>The small print</h2><p>Prices go up by £2.50 each April. A 25GB"
    " plan at £10 a month becomes £12.50 a month"
    " from April 2026. Fair use policy of 650GB applies to unlimited plans.</p></section>",
    "phones": "<section><h2>Phones</h2><ul><li><h3>iPhone 16 128GB</h3><p>50GB data</p>"
    "<p>£36 a month</p><p>£49 upfront</p><a href=/>Buy</a></li>"
    "<li><h3>Galaxy S25 256GB</h3><p>100GB data</p><p>£41 a month</p><p>£29 upfront</p>"
    "<a href=/>Buy</a></li></ul></section>",
    "broadband": "<section><h2>Broadband</h2><div><div><h3>Full Fibre 150</h3>"
    "<p>Average speed 150Mbps</p><p>Unlimited data</p><p>£26 a month</p>"
    "<p>24 month contract</p></div><div><h3>Full Fibre 500</h3><p>Average speed 500Mbps</p>"
    "<p>Unlimited data</p><p>£31 a month</p></div></div></section>",
    "add-ons": "<section><h2>Add-ons</h2><ul><li><h3>Data boost 5GB</h3><p>£5</p></li><li>"
    "<h3>Data boost 10GB</h3><p>£8</p></li></ul></section>",
    "passes": "<section><h2>Roaming passes</h2><div><div><p>EU day pass</p><p>5GB</p>"
    "<p>£2.50 per day</p></div>"
    "<div><p>World day pass</p><p>1GB</p><p>£7 per day</p></div></div></section>",
    "rates": "<table><tr><th>Out of plan</th><th>Price</th></tr><tr><td>Calls</td>"
    "<td>65p a minute</td></tr><tr><td>Data</td><td>£0.10 per MB</td></tr></table>",
    "dialog": "<div role=dialog hidden><h2>200GB</h2><p>£1 a month</p><button>Add</button></div>",
    "template": "<template><li><h3>300GB</h3><p>£2 a month</p></li></template>",
    "noscript": "<noscript><ul><li>400GB £2 a month</li><li>500GB £3 a month</li></ul></noscript>",
    "footer": "<footer><ul><li>About</li><li>60GB for £8 a month</li></ul></footer>",
    "aside": "<aside><h3>Deal of the week</h3><p>90GB</p><p>£9 a month</p></aside>",
    "reviews": "<section><h2>Reviews</h2><blockquote>I switched to the 40GB plan and"
    " now pay £10 a month instead of £30. Great!</blockquote></section>",
    "rewards": "<section><h2>Rewards</h2><p>£5 gift card every month</p><p>Unlimited coffee</p>"
    "</section>",
    "tv": "<section><h2>Add entertainment</h2><div>Netflix £5.99 a month</div>"
    "<div>Music £10.99 a month</div></section>",
    "script": "<script>var dataLayer=[{'event':'view','price':'12.00','data':'5GB'}];</script>",
}

_AFTER = (
    "faq",
    "small print",
    "footer",
    "rates",
    "reviews",
    "aside",
    "tv",
    "rewards",
    "broadband",
    "phones",
    "add-ons",
    "passes",
)


def make_noise(rnd: Random) -> tuple[str, str]:
    """Return what stands before and after the plans."""
    chosen = rnd.sample(sorted(NOISE), rnd.randint(0, 8))
    before = "".join(NOISE[name] for name in chosen if name not in _AFTER)
    after = "".join(NOISE[name] for name in chosen if name in _AFTER)
    return before, after
