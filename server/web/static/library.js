// The library page: look for some, delete and undo in place, choose, index again; the forms work without this.

import { $, h, problemOf, t, words } from "./dom.js";

const POLL_MS = 400;
const PICKED = "picked";
const picked = new Set(JSON.parse(sessionStorage.getItem(PICKED) || "[]"));

// ---- deleting, undoing ------------------------------------------------------------------------

async function onSubmit(event) {
  const form = event.target;
  if (form.id === "scope" && event.submitter?.formMethod !== "post") return fill(form);
  if (form.id === "find") {
    event.preventDefault();
    return find();
  }
  if (!form.matches("#scope, [data-swap], #told form, #reindex form")) return undefined;
  event.preventDefault();
  const several = form.id === "scope";
  const body = several ? chosen() : new URLSearchParams(new FormData(form));
  try {
    const response = await fetch(several ? "/library/delete" : form.action, { method: "POST", body });
    if (!response.ok) throw await problemOf(response);
    if (body.has("source")) for (const name of body.getAll("source")) picked.delete(name);
    await swap(response);
    $("told").querySelector("button")?.focus();
  } catch (error) {
    say("told", h("p", { role: "alert" }, error instanceof TypeError ? t("error.lost") : words(error)));
  }
  return undefined;
}

// The list as the server shows it now.
async function swap(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["told", "list", "progress"]) $(id).replaceWith(page.getElementById(id));
  show();
  watch();
}

function say(id, ...content) {
  $(id).replaceChildren(...content);
}

// ---- looking for some of them -----------------------------------------------------------------

// What is sought is in the address, so that Back leads to what was seen before.
async function go(address, keep = true) {
  const response = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
  if (!response) return say("told", h("p", { role: "alert" }, t("error.lost")));
  // Enter in a field that was changed says so twice.
  if (keep && new URL(address, location.href).href !== location.href) history.pushState(null, "", address);
  await swap(response);
  $("heard").textContent = document.querySelector("#list .count span")?.textContent ?? "";
  return undefined;
}

function find() {
  const given = [...new FormData($("find"))].filter(([, value]) => value);
  return go(`/library${given.length ? `?${new URLSearchParams(given)}` : ""}`);
}

function onLink(event) {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href).then(() => {
    fillIn();
    $("list").scrollIntoView({ block: "start", behavior: "instant" });
    ($("list").querySelector("a") ?? $("q")).focus({ preventScroll: true });
  });
}

// The fields as the address has them.
function fillIn() {
  const asked = new URLSearchParams(location.search);
  for (const field of $("find").elements) if (field.name) field.value = asked.get(field.name) ?? "";
}

// ---- choosing sources to ask ------------------------------------------------------------------

function onPick(event) {
  if (event.target.name !== "source") return;
  picked[event.target.checked ? "add" : "delete"](event.target.value);
  show();
}

function show() {
  sessionStorage.setItem(PICKED, JSON.stringify([...picked]));
  document.querySelectorAll(".pick input").forEach((box) => (box.checked = picked.has(box.value)));
  const boxes = [...document.querySelectorAll(".pick input")];
  if ($("all-here")) $("all-here").checked = boxes.length > 0 && boxes.every((box) => box.checked);
  if ($("picked")) $("picked").textContent = picked.size ? t("library.picked", { count: picked.size }) : "";
}

// All that are chosen, on whichever page, and where the list is.
function chosen() {
  const body = new URLSearchParams([...picked].map((name) => ["source", name]));
  const place = new URLSearchParams(location.search);
  for (const name of ["deleted", "restored", "several", "job"]) place.delete(name);
  body.append("back", place.toString());
  return body;
}

function onAll({ target }) {
  if (target.id !== "all-here") return;
  for (const box of document.querySelectorAll(".pick input")) picked[target.checked ? "add" : "delete"](box.value);
  show();
}

// Those chosen on other pages of the list go along.
function fill(form) {
  const here = new Set([...document.querySelectorAll(".pick input")].map((box) => box.value));
  form.replaceChildren(...[...picked].filter((name) => !here.has(name))
    .map((name) => h("input", { type: "hidden", name: "source", value: name })));
  picked.clear();
  sessionStorage.removeItem(PICKED);
}

// ---- indexing again ---------------------------------------------------------------------------

async function watch() {
  const place = $("progress");
  const button = $("reindex").querySelector("button");
  button.disabled = place.dataset.state === "running";
  if (!button.disabled) return;
  const told = await fetch("/index").then((response) => response.json()).catch(() => null);
  if (told) {
    const key = told.state === "running" && told.total ? "reindex.step" : `reindex.${told.state}`;
    place.dataset.state = told.state;
    place.replaceChildren(h("p", {}, t(key, told)));
    if (told.state !== "running") button.disabled = false;
    else if (told.total) place.append(h("progress", { max: told.total, value: told.done, "aria-label": t("reindex.title") }));
  }
  setTimeout(watch, POLL_MS);
}

document.addEventListener("submit", onSubmit);
document.addEventListener("change", onPick);
document.addEventListener("change", onAll);
document.addEventListener("click", onLink);
$("find").addEventListener("change", ({ target }) => target.id !== "q" && $("find").checkValidity() && find());
window.addEventListener("popstate", () => go(location.href, false).then(fillIn));
document.addEventListener("read-in", async () => swap(await fetch(location.href, { headers: { accept: "text/html" } })));
show();
watch();
