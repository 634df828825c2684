// The library page: upload with progress, drop, delete and undo in place; the forms work without this.

import { $, h, problemOf, t, words } from "./dom.js";

const POLL_MS = 400;
const upload = $("upload");
const PICKED = "picked";
const picked = new Set(JSON.parse(sessionStorage.getItem(PICKED) || "[]"));

// ---- adding -----------------------------------------------------------------------------------

function onDrag(event) {
  event.preventDefault();
  upload.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") add([...event.dataTransfer.files]);
}

// One request a file, so that each is told as soon as it is in, and a bad one holds up no other.
async function add(files) {
  if (!files.length) return say("sent", h("p", {}, t("library.too_few")));
  const bar = h("progress", { max: files.length, value: 0, "aria-label": t("library.title") });
  const count = h("p", {});
  const rows = files.map((file) => row(file));
  say("sent", count, bar, h("ul", {}, ...rows.map((r) => r.line)));
  for (const [i, file] of files.entries()) {
    count.textContent = t("library.progress", { done: i, total: files.length });
    bar.value = i;
    const told = await send(file, (share) => {
      bar.value = i + share * 0.9;
      rows[i].told(share < 1 ? t("library.sending", { percent: Math.floor(share * 100) }) : t("library.indexing"));
    });
    rows[i].done(told);
  }
  count.textContent = t("library.progress", { done: files.length, total: files.length });
  bar.remove();
  upload.reset();
  return swap(await fetch(location.href, { headers: { accept: "text/html" } }));
}

function row(file) {
  const state = h("strong", {}, t("library.waiting"));
  const line = h("li", {}, state, h("span", {}, file.name));
  return {
    line,
    told: (text) => (state.textContent = text),
    done({ status, reason }) {
      line.className = status;
      state.textContent = t(`library.status.${status}`);
      if (reason) line.append(h("span", { class: "why" }, reason));
    },
  };
}

function send(file, onShare) {
  const body = new FormData();
  body.append("files", file);
  const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => onShare(event.loaded / event.total));
    request.addEventListener("load", () => resolve(result(request)));
    request.addEventListener("error", () => resolve({ status: "skipped", reason: t("error.lost") }));
    request.open("POST", "/sources");
    request.send(body);
  });
}

function result(request) {
  let told = {};
  try {
    told = JSON.parse(request.responseText);
  } catch { /* said below */ }
  return told.files?.[0] ?? { status: "skipped", reason: words(told) };
}

// ---- deleting, undoing ------------------------------------------------------------------------

async function onSubmit(event) {
  const form = event.target;
  if (form.id === "scope") return fill(form);
  if (!form.matches("[data-swap], #told form, #reindex form")) return undefined;
  event.preventDefault();
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!response.ok) throw await problemOf(response);
    await swap(response);
  } catch (error) {
    say("told", h("p", { role: "alert" }, error instanceof TypeError ? t("error.lost") : words(error)));
  }
  return undefined;
}

// The list as the server shows it now.
async function swap(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["told", "list", "progress"]) $(id).replaceWith(page.getElementById(id));
  $("told").querySelector("button")?.focus();
  show();
  watch();
}

function say(id, ...content) {
  $(id).replaceChildren(...content);
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
  if ($("picked")) $("picked").textContent = picked.size ? t("library.picked", { count: picked.size }) : "";
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

upload.addEventListener("submit", (event) => {
  event.preventDefault();
  add([...$("files").files]);
});
$("files").addEventListener("change", () => add([...$("files").files]));
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) upload.addEventListener(type, onDrag);
document.addEventListener("submit", onSubmit);
document.addEventListener("change", onPick);
show();
watch();
