// A citation's card: what it says between its neighbours, over the answer; on a phone by a long press.

import { $, h, parse, t } from "./dom.js";

const REACH_MS = 250; // to go from a citation to its card
const PRESS_MS = 450;
const peek = $("peek");
const known = new Map(); // by address
let cite = null; // that whose card is meant
let leaving = 0;
let pressing = 0;
let held = false; // the click that ends a long press opens nothing

const cardOf = (target) => target.closest?.(".turn .cite");

async function show(one) {
  clearTimeout(leaving);
  if (cite === one && !peek.hidden) return;
  cite = one;
  const content = await fetched(one);
  if (cite !== one || !one.isConnected) return;
  peek.replaceChildren(...content.map((node) => node.cloneNode(true)));
  peek.querySelector(".card-level").textContent = t(`answer.${one.dataset.support || "full"}`);
  peek.hidden = false;
  one.setAttribute("aria-describedby", "peek");
  place(one.getBoundingClientRect());
}

async function fetched(one) {
  const url = new URL(one.href);
  url.pathname = url.pathname.replace(/view$/, "card");
  url.hash = "";
  if (!known.has(url.href)) {
    const response = await fetch(url, { headers: { accept: "application/problem+json" } }).catch(() => null);
    known.set(url.href, response?.ok ? parse(await response.text()).filter((node) => node.nodeType === 1) : said(one));
  }
  return known.get(url.href);
}

// What the answer itself knows, where its source is gone.
function said({ dataset: d }) {
  return [h("p", { class: "card-title", lang: "zh-CN" }, d.title || d.source), h("p", { class: "card-of" }, h("span", {}, d.published)),
    h("p", { class: "around", lang: "zh-CN" }, h("q", {}, d.quote)), h("p", { class: "card-level" })];
}

function place(around) {
  const { width, height } = peek.getBoundingClientRect();
  const left = Math.min(Math.max(16, around.left - width / 2), innerWidth - width - 16);
  const above = around.top - height - 8;
  peek.style.left = `${left}px`;
  peek.style.top = `${above > 66 ? above : Math.min(around.bottom + 8, innerHeight - height - 8)}px`;
}

export function hideCard() {
  clearTimeout(leaving);
  cite = null;
  peek.hidden = true;
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hideCard, REACH_MS);
}

function onOver({ target, pointerType }) {
  if (peek.contains(target)) return clearTimeout(leaving);
  const one = cardOf(target);
  return one && pointerType !== "touch" && !one.classList.contains("open") && show(one);
}

function onOut({ target, pointerType }) {
  if (pointerType !== "touch" && (cardOf(target) || peek.contains(target))) leave();
}

function onPress({ target, pointerType }) {
  if (!peek.contains(target) && !cardOf(target)) hideCard();
  held = false;
  const one = pointerType === "touch" && cardOf(target);
  if (!one) return;
  pressing = setTimeout(() => {
    held = true;
    show(one);
  }, PRESS_MS);
}

addEventListener("pointerover", onOver);
addEventListener("pointerout", onOut);
addEventListener("pointerdown", onPress);
for (const type of ["pointerup", "pointercancel", "pointermove"]) addEventListener(type, (event) => {
  if (type !== "pointermove" || Math.hypot(event.movementX, event.movementY) > 6) clearTimeout(pressing);
});
addEventListener("contextmenu", (event) => {
  if (event.pointerType !== "touch" || !cardOf(event.target)) return;
  event.preventDefault(); // the browser's own menu of a link that is held
  held = true;
  show(cardOf(event.target));
});
addEventListener("focusin", ({ target }) => {
  const one = cardOf(target);
  if (one && target.matches(":focus-visible") && !one.classList.contains("open")) show(one);
});
addEventListener("focusout", ({ target }) => cardOf(target) && leave());
addEventListener("keydown", (event) => event.key === "Escape" && !peek.hidden && hideCard());
addEventListener("scroll", () => !held && hideCard(), { passive: true });
addEventListener("click", (event) => {
  if (held && cardOf(event.target)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.target.closest("#peek [data-open]")) {
    const one = cite;
    hideCard();
    event.stopPropagation(); // a click beside the source would close it
    one?.click();
  }
  held = false;
}, true);
