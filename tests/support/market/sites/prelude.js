"use strict";

const config = CONFIG_OF_THE_PAGE;
if (config.throws) throw new TypeError("Cannot read properties of undefined (reading 'plans')");

const CONSENT = "consent=given";
const CONSENT_APPEARS_MS = 200;
const BEAT_MS = 400;

const pause = (ms) => new Promise((done) => setTimeout(done, ms / config.haste));
const find = (css) => document.querySelector(css);

/** Build an element: attributes and listeners by name; a child may be a list or null. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null));
  return element;
}

/** Ask for plans, a little late. */
async function load(query) {
  await pause(config.delayMs);
  const answer = await fetch(`/__data.json?${new URLSearchParams(query)}`);
  if (!answer.ok) throw new Error(`no plans: HTTP ${answer.status}`);
  return answer.json();
}

const mustAskConsent = () =>
  config.asksConsent && !document.cookie.split("; ").includes(CONSENT);

function rememberConsent() {
  document.cookie = `${CONSENT}; path=/; max-age=31536000`;
}

/** Cover the page with a dialog until its button is clicked; a visitor is asked once. */
async function askConsent(dialog, button) {
  if (!mustAskConsent()) return;
  await pause(CONSENT_APPEARS_MS);
  dialog.style.display = "block";
  await new Promise((done) => button.addEventListener("click", done, { once: true }));
  dialog.style.display = "none";
  rememberConsent();
}

/** Ask for consent in the manner of OneTrust. */
const askOneTrust = () =>
  askConsent(find("#onetrust-consent-sdk"), find("#onetrust-accept-btn-handler"));

if (config.isNeverIdle) {
  const beat = "https://www.google-analytics.com/collect?t=beat";
  setInterval(() => fetch(beat, { mode: "no-cors" }).catch(() => null), BEAT_MS);
}
