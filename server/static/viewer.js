// The evidence: a citation's source beside the answer, or over it on a phone.

import { $, h, problemOf, t, words } from "./dom.js";

const viewer = $("viewer");
const sheet = $("sheet");
const peek = $("peek");
const narrow = matchMedia("(max-width: 59.99rem)");
let cites = [];
let at = -1;
let opener = null;
let mode = "clean";
let latest = 0;

function onClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const cite = event.target.closest(".turn .cite");
  const link = event.target.closest("#sheet a:not(.whole)");
  if (cite) {
    event.preventDefault();
    open(cite);
  } else if (link) {
    event.preventDefault();
    mode = link.dataset.mode || mode;
    load(link.getAttribute("href"));
  } else if (!viewer.hidden && narrow.matches && !viewer.contains(event.target)) close();
}

function onKey(event) {
  if (event.key === "Escape" && !peek.hidden) hidePeek();
  if (viewer.hidden || event.isComposing) return;
  if (event.key === "Escape") close();
  const typing = event.target.closest?.("textarea, input");
  if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
}

function open(cite) {
  hidePeek();
  opener = cite;
  const seen = new Set();
  cites = [...cite.closest(".turn").querySelectorAll(".cite")].filter(
    (one) => !seen.has(one.dataset.n) && seen.add(one.dataset.n));
  at = cites.findIndex((one) => one.dataset.n === cite.dataset.n);
  show();
}

function step(by) {
  if (at + by < 0 || at + by >= cites.length) return;
  at += by;
  show();
}

function show() {
  mark();
  viewer.hidden = false;
  $("desk").classList.add("reading-beside");
  veil();
  $("position").textContent = cites.length < 2 ? t("view.label") : t("view.position", { n: at + 1, total: cites.length });
  for (const id of ["previous", "next"]) $(id).hidden = cites.length < 2;
  $("previous").disabled = at === 0;
  $("next").disabled = at === cites.length - 1;
  load(cites[at].getAttribute("href"));
}

function mark() {
  document.querySelectorAll(".cite.open").forEach((one) => one.classList.remove("open"));
  const n = cites[at]?.dataset.n;
  if (!n) return;
  cites[at].closest(".turn").querySelectorAll(`.cite[data-n="${n}"]`).forEach((one) => one.classList.add("open"));
}

// Over the page, the page behind is out of reach.
function veil() {
  const over = narrow.matches && !viewer.hidden;
  $("main").inert = over;
  document.querySelector(".top").inert = over;
}

async function load(href) {
  const mine = ++latest;
  const url = new URL(href, location.href);
  url.searchParams.set("fragment", "true");
  url.searchParams.set("mode", mode);
  url.hash = "";
  if (!sheet.childElementCount) sheet.replaceChildren(h("p", { class: "calm" }, t("view.loading")));
  let content;
  try {
    const response = await fetch(url, { headers: { accept: "application/problem+json, text/html;q=0.1" } });
    content = response.ok ? parse(await response.text()) : [h("p", { class: "notice" }, words(await problemOf(response)))];
  } catch {
    content = [h("p", { class: "notice" }, t("error.lost"))];
  }
  if (mine !== latest) return;
  sheet.replaceChildren(...content);
  sheet.focus({ preventScroll: true });
  reveal();
}

// The server's own HTML, escaped there; the content security policy keeps scripts out anyway.
function parse(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}

function reveal() {
  const first = sheet.querySelector("mark");
  if (!first) return sheet.scrollTo({ top: 0, behavior: "instant" });
  const top = first.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
  return sheet.scrollTo({ top: top - sheet.clientHeight / 3, behavior: "instant" });
}

function close() {
  if (viewer.hidden) return;
  viewer.hidden = true;
  $("desk").classList.remove("reading-beside");
  sheet.replaceChildren();
  latest++;
  const back = cites[at] || opener;
  cites = [];
  at = -1;
  mark();
  veil();
  back?.focus({ preventScroll: narrow.matches });
  hidePeek();
}

function onPoint(event) {
  const cite = event.target.closest?.(".turn .cite");
  if (!cite || event.pointerType === "touch" || cite.classList.contains("open")) return;
  const d = cite.dataset;
  const from = [d.title, d.published, d.source].filter(Boolean).join(" · ");
  peek.replaceChildren(h("q", { lang: "zh-CN" }, d.quote), h("p", {}, from));
  peek.hidden = false;
  cite.setAttribute("aria-describedby", "peek");
  place(cite.getBoundingClientRect());
}

function place(around) {
  const { width, height } = peek.getBoundingClientRect();
  const left = Math.min(Math.max(16, around.left - width / 2), innerWidth - width - 16);
  const above = around.top - height - 10;
  peek.style.left = `${left}px`;
  peek.style.top = `${above > 70 ? above : around.bottom + 10}px`;
}

function hidePeek() {
  peek.hidden = true;
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
$("close").addEventListener("click", close);
$("previous").addEventListener("click", () => step(-1));
$("next").addEventListener("click", () => step(1));
for (const type of ["pointerover", "focusin"]) document.addEventListener(type, onPoint);
for (const type of ["pointerout", "focusout"]) document.addEventListener(type, hidePeek);
addEventListener("scroll", hidePeek, { passive: true });
narrow.addEventListener("change", veil);
