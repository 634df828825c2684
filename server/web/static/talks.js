// The conversations beside the chat: found, renamed, pinned, deleted and had back without leaving the page.

import { $, parse } from "./dom.js";

const TYPING_MS = 200;
const list = $("talks-list");
const search = $("talks-search");
const panel = $("talk-options");
const windows = new BroadcastChannel("talks"); // chat.js, here and in other windows, has its own
let latest = 0;
let typing = 0;
let deleted = ""; // can be had back

const shown = () => $("composer").elements.conversation_id.value;

async function refresh() {
  const mine = ++latest;
  const asked = new URLSearchParams({ q: search.value.trim(), here: shown() });
  if (deleted) asked.set("deleted", deleted);
  const response = await fetch(`/talks?${asked}`).catch(() => null);
  if (!response?.ok) return;
  const fresh = parse(await response.text());
  if (mine !== latest) return;
  const focused = list.contains(document.activeElement) && document.activeElement.closest("li")?.querySelector("a").href;
  list.replaceChildren(...fresh);
  $("talks").toggleAttribute("data-bare", !search.value && !list.querySelector("li"));
  if (focused) [...list.querySelectorAll("a")].find((link) => link.href === focused)?.focus();
}

export async function choose(button) {
  const back = encodeURIComponent(location.pathname + location.search);
  const response = await fetch(`/c/${button.dataset.options}/options?back=${back}`).catch(() => null);
  if (!response?.ok) return refresh(); // another window has deleted it
  panel.replaceChildren(...parse(await response.text()));
  button.focus(); // where it comes back to
  panel.showPopover();
  place(button.getBoundingClientRect());
  panel.querySelector("[name=title]").focus();
}

function place(beside) {
  const { height } = panel.getBoundingClientRect();
  panel.style.left = `${beside.left}px`;
  panel.style.top = `${Math.max(8, Math.min(beside.bottom + 4, innerHeight - height - 8))}px`;
}

async function onSubmit(event) {
  const form = event.target;
  const [, talk, what] = new URL(form.action).pathname.match(/^\/c\/([^/]+)\/(\w+)$/) ?? [];
  if (!talk) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  if (panel.matches(":popover-open")) panel.hidePopover();
  if (what === "delete") deleted = talk;
  else if (what === "restore") deleted = "";
  if (what === "delete" && talk === shown()) return location.assign(`/?deleted=${talk}`);
  windows.postMessage({ talk });
  await refresh();
  if (what === "delete") list.querySelector(".undo button")?.focus();
  if (what === "restore") list.querySelector(`a[href="/c/${talk}"]`)?.focus();
}

$("talks-fold").addEventListener("click", ({ currentTarget }) => {
  const folded = $("talks").toggleAttribute("data-folded");
  currentTarget.ariaExpanded = String(!folded);
  document.cookie = `talks=${folded ? "folded" : ""};path=/;max-age=31536000;samesite=lax`;
});
for (const part of [list, panel]) part.addEventListener("submit", onSubmit);
for (const type of ["input", "compositionend"]) search.addEventListener(type, (event) => {
  if (event.isComposing) return;
  clearTimeout(typing);
  typing = setTimeout(refresh, TYPING_MS);
});
windows.addEventListener("message", refresh);
