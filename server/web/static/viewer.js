// The evidence: a citation's source beside the answer, or over it on a phone.

import { readdress } from "./address.js";
import { hideCard } from "./card.js";
import { $, h, parse, problemOf, t, words } from "./dom.js";

const viewer = $("viewer");
const sheet = $("sheet");
const narrow = matchMedia("(max-width: 59.99rem)");
let turn = null; // whose citations are being read
let number = ""; // the one that is open
let looked = null; // what opened a passage that is no citation
let shown = ""; // where its source is, as the answer says
let mode = ""; // the source's own, until one is chosen
let latest = 0;
const written = new MutationObserver(follow);
const HERE = { reading: performance.timeOrigin }; // an entry of the history that this page has made

function onClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const cite = event.target.closest(".turn :is(.cite, .basis a)");
  const link = event.target.closest("#sheet a:not(.whole, [download], [data-size], [href^='#'])");
  const whole = event.target.closest("#sheet .whole");
  const near = event.target.closest(".near a");
  if (whole) whole.href = backed(whole.href);
  if (near) {
    event.preventDefault();
    still(near, () => look(near));
  } else if (cite) {
    event.preventDefault();
    still(cite, () => open(cite.closest(".turn"), cite.dataset.n));
  } else if (link) {
    event.preventDefault();
    if (link.matches(".margin")) return open(turn, link.dataset.n);
    mode = link.dataset.mode || mode;
    load(link.getAttribute("href"));
  } else if (!viewer.hidden && narrow.matches && !viewer.contains(event.target)) close();
  return undefined;
}

// A page of its own leads back to here.
function backed(href) {
  const url = new URL(href);
  url.searchParams.set("back", location.pathname + location.search);
  return url.href;
}

// What is pressed stays under the pointer while the column makes room, and the column is seen to move.
function still(pressed, change) {
  const before = pressed.getBoundingClientRect();
  change();
  const after = pressed.getBoundingClientRect();
  if (narrow.matches) return;
  scrollBy({ top: after.top - before.top, behavior: "instant" });
  const by = before.left - after.left;
  if (!by || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  $("main").animate([{ transform: `translateX(${by}px)` }, { transform: "none" }], { duration: 180, easing: "ease-out" });
}

function onKey(event) {
  if (viewer.hidden || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Escape") close();
  const typing = event.target.closest?.("textarea, input");
  if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowLeft") go(-1);
  if (event.key === "ArrowRight") go(1);
}

// The answer's citations, each once; asked for anew because an answer may still be written.
function cites() {
  const found = new Map();
  for (const one of turn?.querySelectorAll(".cite") ?? []) if (!found.has(one.dataset.n)) found.set(one.dataset.n, one);
  return [...found.values()];
}

const here = () => cites().findIndex((one) => one.dataset.n === number);

// The open citation is in the address: Back closes it, and the address leads to it again.
function open(root, n) {
  hideCard();
  const pushed = viewer.hidden ? HERE : null;
  turn = root;
  number = n;
  remember(pushed);
  show();
}

// A passage that came near is shown in the same place; it has no number, and no address.
function look(link) {
  hideCard();
  const pushed = viewer.hidden ? HERE : null;
  turn = link.closest(".turn");
  number = "";
  looked = link;
  remember(pushed);
  beside();
  mark();
  $("position").textContent = t("view.label");
  for (const id of ["previous", "next"]) $(id).hidden = true;
  load(link.getAttribute("href"));
}

function remember(pushed) {
  const id = number && turn.id.slice(2);
  readdress((query) => (id ? query.set("cite", `${id}.${number}`) : query.delete("cite")), pushed);
}

// What the address says is open.
function addressed() {
  const [id, n] = (new URLSearchParams(location.search).get("cite") || "").split(".");
  const root = id && $(`t-${id}`);
  return root && { root, n };
}

function onPop() {
  const found = addressed();
  if (!found) hide();
  else if (viewer.hidden || found.root !== turn || found.n !== number) {
    turn = found.root;
    number = found.n;
    show();
  }
  readdress(() => {}); // what was "/" when the talk began
}

function go(by) {
  const next = cites()[here() + by];
  if (next) open(turn, next.dataset.n);
}

function show() {
  const all = cites();
  const at = here();
  if (at < 0) return;
  beside();
  tell(all, at);
  load(shown);
}

function beside() {
  viewer.hidden = false;
  $("desk").classList.add("reading-beside");
  written.observe($("turns"), { childList: true, subtree: true });
  veil();
}

// The answer went on, was completed or is gone.
function follow() {
  if (!turn.isConnected) return close();
  const all = cites();
  const at = here();
  if (at < 0) return undefined;
  const before = shown;
  tell(all, at);
  remember();
  return shown === before || load(shown, true);
}

function tell(all, at) {
  mark();
  shown = all[at].getAttribute("href");
  $("position").textContent = all.length < 2 ? t("view.label") : t("view.position", { n: at + 1, total: all.length });
  for (const id of ["previous", "next"]) $(id).hidden = all.length < 2;
  $("previous").disabled = at === 0;
  $("next").disabled = at === all.length - 1;
}

function mark() {
  document.querySelectorAll(".cite.open").forEach((one) => one.classList.remove("open"));
  if (number) turn.querySelectorAll(`.cite[data-n="${number}"]`).forEach((one) => one.classList.add("open"));
}

// Over the page, the page behind is out of reach.
function veil() {
  const over = narrow.matches && !viewer.hidden;
  $("main").inert = over;
  document.querySelector(".top").inert = over;
  if (over) viewer.setAttribute("role", "dialog");
  else viewer.removeAttribute("role");
  viewer.ariaModal = over ? "true" : null;
}

// Quietly: the reader stays where they are in the text.
async function load(href, quietly) {
  const mine = ++latest;
  const url = new URL(href, location.href);
  url.searchParams.set("fragment", "true");
  if (mode) url.searchParams.set("mode", mode);
  url.hash = "";
  if (!sheet.childElementCount) sheet.replaceChildren(h("p", { class: "calm" }, t("view.loading")));
  const helped = help();
  let content;
  try {
    const response = await fetch(url, { headers: { accept: "application/problem+json" } });
    content = response.ok ? parse(await response.text()) : [h("p", { class: "notice" }, words(await problemOf(response)))];
  } catch {
    content = [h("p", { class: "notice" }, t("error.lost"))];
  }
  await helped;
  if (mine !== latest) return;
  const top = sheet.scrollTop;
  sheet.replaceChildren(...content);
  if (quietly) return sheet.scrollTo({ top, behavior: "instant" });
  sheet.focus({ preventScroll: true });
  return reveal();
}

// What finds words in an article is loaded with the first one that is shown, and is there before it.
const help = () => import("./source.js").catch(() => {});

function reveal() {
  const first = sheet.querySelector("#cite");
  if (!first) return sheet.scrollTo({ top: 0, behavior: "instant" });
  aside(first.closest(".leaf-paper"), first.getBoundingClientRect());
  const by = (top) => sheet.scrollBy({ top, behavior: "instant" });
  const top = sheet.getBoundingClientRect().top;
  by(first.getBoundingClientRect().top - top);
  const head = sheet.querySelector(".source-head").getBoundingClientRect(); // where it is now covers the quote
  const covered = Math.max(0, head.bottom - top);
  const room = sheet.clientHeight - covered;
  const quote = sheet.querySelector(".leaf-quote")?.getBoundingClientRect(); // stands above its page
  if (quote && first.getBoundingClientRect().bottom - quote.top < room) return by(quote.top - top - covered - 12);
  return by(first.getBoundingClientRect().top - top - covered - Math.max(12, Math.min(room / 4, room - first.getBoundingClientRect().height)));
}

// A page that is wider than the pane is moved to its mark.
function aside(paper, mark) {
  const window = paper?.getBoundingClientRect();
  if (window && mark.right > window.right) paper.scrollBy({ left: mark.left - window.left - 24, behavior: "instant" });
}

function close() {
  if (viewer.hidden) return;
  hide();
  if (history.state?.reading === HERE.reading) history.back();
  else remember();
}

function hide() {
  if (viewer.hidden) return;
  const back = number ? cites()[here()] : looked;
  still(back ?? $("main"), () => {
    viewer.hidden = true;
    $("desk").classList.remove("reading-beside");
  });
  written.disconnect();
  sheet.replaceChildren();
  latest++;
  number = "";
  mark();
  veil();
  back?.focus({ preventScroll: narrow.matches });
  hideCard();
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
$("bar").addEventListener("submit", (event) => {
  event.preventDefault();
  const step = { previous: -1, next: 1 }[event.submitter.id];
  if (step) go(step);
  else close();
});
addEventListener("popstate", onPop);
narrow.addEventListener("change", veil);

const found = viewer.hidden ? null : addressed(); // the server opened it
if (found) {
  turn = found.root;
  number = found.n;
  const all = cites();
  tell(all, here());
  written.observe($("turns"), { childList: true, subtree: true });
  veil();
  all[here()].scrollIntoView({ block: "center", behavior: "instant" });
  if (narrow.matches) sheet.focus({ preventScroll: true });
  reveal();
}
