// In which sources to look: chosen in a dialog over the chat, kept with the talk in its address.

import { readdress } from "./address.js";
import { $, h, problemOf, t, words } from "./dom.js";

const PER_PAGE = 50;
const TYPING_MS = 200;
const dialog = $("scope");
const list = $("scope-list");
const search = $("scope-search");
const most = Number(dialog.dataset.most);
const fields = [...document.querySelectorAll("#composer [name=source]")];
const chosen = new Map(fields.map((field) => [field.value, field.dataset.title]));
let limited = chosen.size > 0; // was the last question?
let offset = 0;
let latest = 0;
let typing = 0;

export const scope = () => [...chosen.keys()];

export function answered() {
  limited = chosen.size > 0;
  keepScope();
}

function keepScope() {
  readdress((query) => {
    query.delete("source");
    for (const name of chosen.keys()) query.append("source", name);
    const all = limited && !chosen.size && location.pathname !== "/";
    if (all) query.set("source", ""); // a talk goes on in the sources of its last question, else
  });
}

// ---- what is chosen ---------------------------------------------------------------------------

function choose(name, title, on = true) {
  if (!on) chosen.delete(name);
  else if (chosen.size < most) chosen.set(name, title);
}

function clear() {
  chosen.clear();
  seeOnlyChosen(false);
  changed();
}

function changed() {
  const count = chosen.size;
  const [title] = chosen.values();
  const some = count ? t("scope.some", { count }) : t("scope.all");
  $("scope-value").replaceChildren(count === 1 ? h("span", { lang: "zh-CN" }, title) : some);
  $("unscope").hidden = !count;
  keepScope();
  show();
}

function show() {
  const count = chosen.size;
  const full = count >= most;
  $("scope-count").textContent = t(full ? "scope.full" : count ? "scope.count" : "scope.none", { count });
  for (const box of list.querySelectorAll("input")) {
    box.checked = chosen.has(box.value);
    box.disabled = full && !box.checked;
  }
  $("scope-clear").disabled = !count;
  $("scope-only").disabled = !count && !onlyChosen();
  $("scope-found").hidden = !query() || onlyChosen() || !list.childElementCount;
  if (document.activeElement.disabled) search.focus();
}

// ---- the list, a page at a time ---------------------------------------------------------------

const query = () => search.value.trim();
const onlyChosen = () => $("scope-only").ariaPressed === "true";
const seeOnlyChosen = (on) => ($("scope-only").ariaPressed = String(on));

async function load(from = 0) {
  const mine = ++latest;
  let found;
  try {
    found = onlyChosen() ? amongChosen(from) : await fetchPage(from, PER_PAGE);
  } catch (error) {
    found = { sources: [], trouble: error instanceof TypeError ? t("error.lost") : words(error) };
  }
  if (mine !== latest) return;
  offset = from;
  list.replaceChildren(...found.sources.map(row));
  list.scrollTop = 0;
  $("scope-empty").textContent = found.sources.length ? "" : found.trouble || t("scope.empty");
  $("scope-previous").disabled = !from;
  $("scope-next").disabled = !found.next_offset;
  $("scope-pages").hidden = !from && !found.next_offset;
  $("scope-page").textContent = t("scope.page", { n: from / PER_PAGE + 1 });
  show();
}

async function fetchPage(from, limit) {
  const asked = new URLSearchParams({ offset: from, limit, query: query() });
  const response = await fetch(`/sources?${asked}`);
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

function amongChosen(from) {
  const all = [...chosen].filter((names) => names.some(holdsQuery)).map(([id, title]) => ({ id, titles: [title] }));
  const end = from + PER_PAGE;
  return { sources: all.slice(from, end), next_offset: end < all.length ? end : null };
}

const holdsQuery = (text) => text.toLowerCase().includes(query().toLowerCase());

function row({ id, titles, published }) {
  const [title = id, ...others] = titles.filter(Boolean);
  others.sort((a, b) => holdsQuery(b) - holdsQuery(a));
  return h("li", {}, h("label", {},
    h("input", { type: "checkbox", value: id, "data-title": title }),
    h("span", { lang: "zh-CN" }, title),
    h("small", { lang: "zh-CN" }, others.join("　")),
    h("small", { class: "file" }, [title === id ? "" : id, published].filter(Boolean).join(" · "))));
}

async function chooseFound() {
  try {
    const { sources } = await fetchPage(0, most);
    for (const { id, titles } of sources) choose(id, titles.find(Boolean) || id);
    changed();
  } catch {
    load(offset); // and say what is wrong
  }
}

// ---- what the reader does ---------------------------------------------------------------------

function onOpen() {
  search.value = "";
  seeOnlyChosen(false);
  dialog.showModal();
  load();
}

function onKey(event) {
  event.stopPropagation(); // what is behind has keys of its own
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing) return;
  const stops = [search, ...list.querySelectorAll("input:enabled")];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (!next || !stops.includes(document.activeElement)) return;
  event.preventDefault();
  next.focus();
}

function onType(event) {
  if (event.isComposing) return;
  clearTimeout(typing);
  typing = setTimeout(load, TYPING_MS);
}

$("scope-open").addEventListener("click", onOpen);
$("unscope").addEventListener("click", () => {
  clear();
  $("question").focus();
});
dialog.addEventListener("keydown", onKey);
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
for (const type of ["input", "compositionend"]) search.addEventListener(type, onType);
list.addEventListener("change", ({ target }) => {
  choose(target.value, target.dataset.title, target.checked);
  changed();
});
$("scope-found").addEventListener("click", chooseFound);
$("scope-only").addEventListener("click", () => {
  seeOnlyChosen(!onlyChosen());
  load();
});
$("scope-clear").addEventListener("click", () => {
  clear();
  load();
});
$("scope-previous").addEventListener("click", () => load(offset - PER_PAGE));
$("scope-next").addEventListener("click", () => load(offset + PER_PAGE));
$("scope-done").addEventListener("click", () => dialog.close());
