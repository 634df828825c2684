// Checking a text: how far it is while it is checked, then the page that the server made of it.

import { $, h, parse, problemOf, t, words } from "./dom.js";
import { events } from "./sse.js";

const form = $("to-check");
const told = $("check-told");
const result = $("result");
let running = null;

form.addEventListener("submit", (event) => {
  if (form.elements.file.files.length || !form.elements.text.value.trim()) return;
  event.preventDefault();
  check(form.elements.text.value);
});

form.elements.file.addEventListener("change", ({ target }) => ($("chosen").textContent = target.files[0]?.name ?? ""));

async function check(text) {
  running?.abort();
  const mine = (running = new AbortController());
  result.replaceChildren();
  say(h("p", {}, t("check.busy")));
  try {
    const asked = { method: "POST", signal: mine.signal, headers: { "content-type": "application/json" }, body: JSON.stringify({ text, stream: true }) };
    const response = await fetch("/check", asked);
    if (!response.ok) return complain(words(await problemOf(response)));
    let whole = false;
    for await (const { name, data } of events(response)) {
      if (name === "error") return complain(words(data));
      if (name === "claim") advance(data);
      whole = name === "done";
    }
    return whole ? await show(text, mine.signal) : complain(t("check.stopped"));
  } catch (error) {
    return error.name === "AbortError" ? undefined : complain(t("error.lost"));
  }
}

function say(...content) {
  told.replaceChildren(...content);
}

function complain(what) {
  say(h("p", { class: "notice" }, what));
}

// What was found is still there when one comes back from a source; only in this entry of the history.
if (history.state?.result && !result.childElementCount) {
  result.replaceChildren(...parse(history.state.result));
  form.elements.text.rows = 5;
}

// Each claim with its verdict as it comes, so that a long text can be read from its beginning.
function advance(claim) {
  if (!told.querySelector("progress")) {
    say(h("p", {}, h("progress", { "aria-label": t("check.busy") }), h("span")), h("ol", { class: "coming" }));
  }
  const bar = told.querySelector("progress");
  bar.max = claim.total;
  bar.value = claim.at;
  told.querySelector("span").textContent = t("check.progress", claim);
  if (claim.verdict !== "opinion") {
    told.querySelector(".coming").append(h("li", { class: claim.verdict }, h("b", {}, t(`check.${claim.verdict}`)), ` ${claim.text}`));
  }
}

async function show(text, signal) {
  const body = new FormData();
  body.set("text", text);
  body.set("fragment", "true");
  const headers = { accept: "application/problem+json" };
  const response = await fetch("/check/form", { method: "POST", body, signal, headers });
  if (!response.ok) return complain(t("check.stopped"));
  const html = await response.text();
  result.replaceChildren(...parse(html));
  history.replaceState({ result: html }, "");
  say();
  form.elements.text.rows = 5;
  return result.scrollIntoView({ block: "start" });
}
