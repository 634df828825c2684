// Adding files: what is chosen or dropped goes to the server a group at a time, and the server reads
// it in as a job that goes on when the page is left. The form works without this.

import { $, h, parse, problemOf, t, words } from "./dom.js";

const POLL_MS = 500;
const RETRY_MS = 2000;
const RETRIES = 5;
const GROUP = 64; // files of a request
const upload = $("upload");
const most = Number(upload.dataset.limit);
const room = Math.min(most, 8 * 2 ** 20);
const suffixes = $("files").accept.split(",");
let uploads = Promise.resolve();
let sending = null; // the job whose files are being sent, with what breaks it off

// ---- finding the files ------------------------------------------------------------------------

// What was dropped can be asked for only now, not after the first wait.
function drop({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.some((entry) => entry.isDirectory)) addLater(() => allFiles(entries).then(readable));
  else if (files.length) addFiles(files);
}

function addFiles(list) {
  const files = [...list].map(named);
  addLater(() => ({ files }));
}

const named = (file) => ({ file, path: file.webkitRelativePath || file.name });

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

// ---- sending them -----------------------------------------------------------------------------

// One upload after the other, however many are asked for.
function addLater(find) {
  uploads = uploads.then(async () => send(await find())).catch(() => say(t("job.gone")));
}

async function send({ files, leftOut = [], folder }) {
  if (!files.length) return say(t(folder ? "library.none_readable" : "library.too_few"));
  sending = { id: "", request: null, ended: false };
  window.addEventListener("beforeunload", stay);
  const bytes = files.reduce((sum, { file }) => sum + (file?.size ?? 0), 1);
  let [first, sent] = [0, 0];
  try {
    for (const group of groups(files)) {
      const body = form(group, { job: sending.id, total: files.length, first, leftOut });
      const size = group.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
      const percent = (share) => t("job.upload", { percent: Math.floor((100 * (sent + share * size)) / bytes) });
      const id = await post(body, (share) => say(percent(share)));
      if (sending.ended || !id) break;
      if (!sending.id) await show(id);
      sending.id = id;
      first += group.length;
      sent += size;
    }
    if (first === files.length) say("");
  } finally {
    sending = null;
    window.removeEventListener("beforeunload", stay);
    upload.reset();
  }
  return undefined;
}

// A browser asks whether to leave, in words of its own.
function stay(event) {
  event.preventDefault();
}

// As many files as fit into one request; what is not sent is one of its own.
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

function form(group, { job, total, first, leftOut }) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ job, total, first })) body.append(name, value);
  if (!job) body.append("left_out", JSON.stringify(leftOut.slice(0, 500)));
  const why = ({ file }) => (!file ? "unreadable" : file.size > most ? "oversize" : "");
  body.append("unsent", JSON.stringify(group.filter(why).map((one) => [one.path, why(one)])));
  for (const { file, path } of group.filter((one) => !why(one))) body.append("files", file, path);
  return body;
}

// The job's id; a lost connection is tried again: the server knows the files by their places.
async function post(body, onShare, tries = RETRIES) {
  const { status, text } = await requested(body, onShare);
  if (status === 202) return JSON.parse(text).id;
  if (sending.ended) return "";
  if (status || !tries) {
    say(status ? words(JSON.parse(text)) : t("job.gone"));
    return "";
  }
  say(t("job.lost"));
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  return post(body, onShare, tries - 1);
}

function requested(body, onShare) {
  const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
  sending.request = request;
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => onShare(event.loaded / event.total));
    request.addEventListener("loadend", () => resolve({ status: request.status, text: request.responseText }));
    request.open("POST", "/library/uploads");
    request.send(body);
  });
}

// ---- showing how far it is --------------------------------------------------------------------

const say = (text) => ($("sending").textContent = text);
const goesOn = () => ["running", "sending"].includes($("job")?.dataset.state);

async function show(id) {
  $("sent").replaceChildren(h("section", { id: "job", "data-id": id, "data-state": "sending" }));
  await look();
  $("heard").textContent = $("job-title")?.textContent ?? "";
}

// The server's words for the job; what has the focus keeps it, and an open list stays open.
async function look() {
  const old = $("job");
  const response = await fetch(`/library/uploads/${old.dataset.id}`).catch(() => null);
  if (!response?.ok || $("job") !== old) return;
  const [job] = parse(await response.text()).filter((node) => node.id === "job");
  if (old.outerHTML === job.outerHTML) return;
  const [focused, open] = [old.contains(document.activeElement), old.querySelector("details[open]")];
  old.replaceWith(job);
  if (open && job.querySelector("details")) job.querySelector("details").open = true;
  if (focused) job.querySelector("button").focus();
}

async function watch() {
  if (goesOn()) {
    await look();
    if (!goesOn()) {
      $("heard").textContent = [...$("job").querySelectorAll("h2, .facts span")].map((e) => e.textContent).join(" ");
      document.dispatchEvent(new Event("read-in"));
    }
  }
  setTimeout(watch, POLL_MS);
}

async function act(event) {
  const form_ = event.target.closest("#job form");
  if (!form_) return;
  event.preventDefault();
  if (form_.action.endsWith("/cancel") && sending?.id === $("job").dataset.id) {
    sending.ended = true;
    sending.request?.abort();
    say("");
  }
  const response = await fetch(form_.action, { method: "POST" }).catch(() => null);
  if (!response?.ok) say(response ? words(await problemOf(response)) : t("error.lost"));
  else if (form_.action.endsWith("/forget")) {
    $("sent").replaceChildren();
    $("files").focus();
  }
}

// ---- what the reader does ---------------------------------------------------------------------

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

function onDrag(event) {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // else the browser opens what is dropped beside the form
  upload.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") drop(event.dataTransfer);
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
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(type, onDrag);
document.addEventListener("submit", act);
watch();
