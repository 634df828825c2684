// The library page: upload with progress, drop, delete; the forms work without this, too.

import { $, h, problemOf, t, words } from "./dom.js";

const form = $("upload");
const status = $("status");

function onDrag(event) {
  event.preventDefault();
  form.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") upload(event.dataTransfer.files);
}

function upload(files) {
  if (!files.length) return say(t("library.too_few"));
  const body = new FormData();
  for (const file of files) body.append("files", file);
  const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
  const bar = h("progress", { max: 1, value: 0 });
  status.replaceChildren(h("p", {}, t("library.uploading")), bar);
  request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
  request.addEventListener("load", () => uploaded(request));
  request.addEventListener("error", () => say(t("error.lost")));
  request.open("POST", "/sources");
  return request.send(body);
}

async function uploaded(request) {
  let result = {};
  try {
    result = JSON.parse(request.responseText);
  } catch { /* said below */ }
  if (!result.files) return say(words(result));
  status.replaceChildren(h("ul", {}, ...result.files.map((file) =>
    h("li", { class: file.status }, h("strong", {}, t(`library.status.${file.status}`)), h("span", {}, file.name),
      file.reason ? h("span", { class: "why" }, file.reason) : null))));
  form.reset();
  return refresh();
}

async function refresh() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.querySelector(".sources").replaceWith(page.querySelector(".sources"));
}

async function onDelete(event) {
  const row = event.target.closest(".sources > li");
  if (!row) return;
  event.preventDefault();
  const name = row.dataset.name;
  try {
    const response = await fetch(`/sources/${encodeURIComponent(name)}`, { method: "DELETE" });
    if (!response.ok && response.status !== 404) return say(words(await problemOf(response)));
  } catch {
    return say(t("error.lost"));
  }
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  say(t("library.deleted", { name }));
  return next?.querySelector("a").focus();
}

function say(text) {
  status.replaceChildren(h("p", {}, text));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  upload($("files").files);
});
$("files").addEventListener("change", () => upload($("files").files));
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) form.addEventListener(type, onDrag);
document.addEventListener("submit", onDelete);
