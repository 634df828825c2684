// The library page: upload with progress, drop, delete and undo in place; the forms work without this.

import { $, h, problemOf, t, words } from "./dom.js";

const POLL_MS = 400;
const SHOWN = 50; // of more files than this, only those of which something was skipped are listed
const GROUP = 64; // files of a request
const upload = $("upload");
const room = Math.min(Number(upload.dataset.limit), 8 * 2 ** 20);
const PICKED = "picked";
const picked = new Set(JSON.parse(sessionStorage.getItem(PICKED) || "[]"));
let uploads = Promise.resolve();

// ---- adding -----------------------------------------------------------------------------------

function onDrag(event) {
  event.preventDefault();
  upload.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") drop(event.dataTransfer);
}

// What was dropped can be asked for only now, not after the first wait.
function drop({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.some((entry) => entry.isDirectory)) addLater(() => allFiles(entries).then(readable));
  else addFiles(files);
}

function addFiles(list) {
  const files = [...list].map(named);
  addLater(() => ({ files }));
}

const named = (file) => ({ file, path: file.webkitRelativePath || file.name });
const suffixes = $("files").accept.split(",");

// A folder holds much that cannot be read: it is left out, and how much is told.
function readable(found) {
  const open = found.filter(({ path }) => !/(^|\/)\./.test(path));
  const files = open.filter(({ file, path }) => !file || suffixes.some((suffix) => path.toLowerCase().endsWith(suffix)));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const leftOut = open.filter((one) => !files.includes(one)).map(({ path }) => path);
  return { files, leftOut, folder: true };
}

// What cannot be read comes without its file.
async function allFiles(entries, found = []) {
  for (const entry of entries) {
    const path = entry.fullPath.slice(1);
    try {
      if (entry.isDirectory) await allFiles(await children(entry), found);
      else found.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
    } catch {
      found.push({ path });
    }
  }
  return found;
}

// A browser hands out a folder's entries some at a time, until there are none.
async function children(entry) {
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...some);
  }
}

// One upload after the other, however many are asked for.
function addLater(find) {
  uploads = uploads.then(async () => {
    say("sent", h("p", {}, t("library.waiting")));
    await add(await find());
  }).catch(() => say("sent", h("p", { role: "alert" }, t("error.lost"))));
}

// A request's files are one update, so few requests are fast; a bad file holds up no other.
async function add({ files, leftOut = [], folder }) {
  if (!files.length) return say("sent", h("p", {}, t(folder ? "library.none_readable" : "library.too_few")));
  const bar = h("progress", { max: files.length, value: 0, "aria-label": t("library.title") });
  const count = h("p", {});
  const rows = files.length > SHOWN ? [] : files.map(row);
  const list = h("ul", {}, ...rows.map((r) => r.line));
  say("sent", count, leftOut.length ? listed(leftOut) : "", bar, list);
  window.addEventListener("beforeunload", stay);
  let done = 0;
  let notIn = 0;
  for (const group of groups(files)) {
    const lines = group.map((file, i) => rows[done + i] ?? row(file));
    count.textContent = t("library.progress", { done, total: files.length });
    const results = await send(group, (share) => {
      bar.value = done + share * 0.9 * group.length;
      for (const line of lines) line.told(share < 1 ? t("library.sending", { percent: Math.floor(share * 100) }) : t("library.indexing"));
    });
    results.forEach((told, i) => {
      if (!rows[done + i] && told.reason) list.append(lines[i].line);
      lines[i].done(told);
      notIn += told.status === "skipped";
    });
    done += group.length;
    bar.value = done;
  }
  window.removeEventListener("beforeunload", stay);
  count.textContent = t("library.progress", { done: files.length, total: files.length });
  if (notIn) count.append(" ", t("library.not_in", { count: notIn }));
  bar.remove();
  upload.reset();
  return swap(await fetch(location.href, { headers: { accept: "text/html" } }));
}

const listed = (paths) => h("details", { class: "why" },
  h("summary", {}, t("library.left_out", { count: paths.length })), ...paths.map((path) => h("p", { class: "file" }, path)));

// A browser asks whether to leave, in words of its own.
function stay(event) {
  event.preventDefault();
}

// As many files as fit into one request; what cannot be read, or is large, is one of its own.
function* groups(files) {
  let group = [];
  let bytes = 0;
  for (const one of files) {
    const size = one.file?.size ?? Infinity;
    if (group.length && (group.length === GROUP || bytes + size > room)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(one);
    bytes += size;
  }
  if (group.length) yield group;
}

function row({ path }) {
  const state = h("strong", {}, t("library.waiting"));
  const line = h("li", {}, state, h("span", {}, path));
  return {
    line,
    told: (text) => (state.textContent = text),
    done({ status, reason, hint }) {
      line.className = status;
      state.textContent = t(`library.status.${status}`);
      const why = [reason, hint].filter(Boolean).join(t("library.and_hint"));
      if (why) line.append(h("span", { class: "why" }, why));
    },
  };
}

// What became of each file, in their order.
async function send(group, onShare) {
  const all = (told) => group.map(() => told);
  if (!group[0].file) return all({ status: "skipped", reason: t("error.source-error") });
  const body = new FormData();
  for (const { file, path } of group) body.append("files", file, path);
  const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => onShare(event.loaded / event.total));
    request.addEventListener("load", () => resolve(results(request) ?? all({ status: "skipped", reason: refusal(request) })));
    request.addEventListener("error", () => resolve(all({ status: "skipped", reason: t("error.lost") })));
    request.open("POST", "/sources");
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.send(body);
  });
}

function answered(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

const results = (request) => answered(request).files;
const refusal = (request) => words(answered(request));

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
  addFiles($("files").files);
});
$("files").addEventListener("change", ({ target }) => addFiles(target.files));
$("folder").addEventListener("change", ({ target }) => {
  const found = [...target.files].map(named);
  addLater(() => readable(found));
});
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) upload.addEventListener(type, onDrag);
document.addEventListener("submit", onSubmit);
document.addEventListener("change", onPick);
show();
watch();
