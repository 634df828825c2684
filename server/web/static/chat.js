// Asking: send, stream, take up again, stop, ask again, change the question, judge, copy.

import { readdress } from "./address.js";
import { Turn, announcer, plainText, richText } from "./answer.js";
import { copyFrom } from "./copy.js";
import { $, h, parse, problemOf, t, words } from "./dom.js";
import { answered, scope } from "./scope.js";
import { events } from "./sse.js";

const WAITS = [300, 1000, 2000, 4000, 8000]; // ms before each attempt to take a stream up again
const PENDING = "pending";
const STOPPED = "stopped";
const DRAFT = "draft";
const form = $("composer");
const fields = form.elements;
const box = $("question");
const turns = $("turns");
const windows = new BroadcastChannel("talks"); // talks.js, here and in other windows, has its own
let running = null;

// ---- what the reader does ---------------------------------------------------------------------

function onKey(event) {
  // While an input method composes, Enter picks a word; 229 is how older browsers say so.
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    submit(box.value);
  }
}

function onClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-ask], a.edit, #cancel");
  const button = event.target.closest("button.copy");
  if (button) copyFrom(button, ...[plainText, richText].map((form) => form(button.closest(".turn"))));
  if (!link) return;
  event.preventDefault();
  if (link.matches(".edit")) edit(link.closest(".turn"));
  else if (link.id === "cancel") edit(null);
  else submit(link.textContent);
}

function onSubmit(event) {
  const target = event.target;
  if (target === form) submit(box.value);
  else if (target.matches(".again")) again(target);
  else if (target.matches(".judge")) judge(target, event.submitter);
  else return;
  event.preventDefault();
}

function submit(text) {
  const question = text.trim();
  if (!question) box.focus();
  if (!question || running) return;
  const replaced = fields.replaces.value;
  box.value = "";
  edit(null);
  welcomed(question);
  ask({ question, replaces: replaced, sources: scope() });
}

function welcomed(question) {
  $("welcome")?.replaceWith(h("h1", { class: "unseen", id: "title" }, question));
}

function again(old) {
  if (running) return;
  const sources = [...old.querySelectorAll("[name=source]")].map((field) => field.value);
  const { question, replaces, standalone } = old.elements;
  ask({ question: question.value, replaces: replaces.value, sources, standalone: Boolean(standalone) });
}

function edit(turn) {
  fields.replaces.value = turn ? turn.id.slice(2) : "";
  $("editing").hidden = !turn;
  if (turn) box.value = turn.querySelector(".question").textContent;
  box.focus();
}

// ---- asking -----------------------------------------------------------------------------------

async function ask(asked) {
  for (const name of [STOPPED, DRAFT]) sessionStorage.removeItem(placed(name));
  const turn = begin(asked.question, asked.replaces);
  const body = { ...asked, stream: true, resumable: true, conversation_id: fields.conversation_id.value || undefined };
  if (!body.replaces) delete body.replaces;
  const headers = { "content-type": "application/json" };
  await run(turn, () => send("/ask", { method: "POST", headers, body: JSON.stringify(body) }), asked);
}

// A stream that was running when the page was left or loaded anew.
async function takeUp({ asked, stream }) {
  const turn = begin(asked.question, asked.replaces);
  turn.stream = stream;
  await run(turn, () => send(`/ask/${stream}`), asked);
}

function begin(question, replaces) {
  const turn = new Turn(question);
  const old = replaces ? $(`t-${replaces}`) : null;
  while (old?.nextElementSibling) old.nextElementSibling.remove();
  old?.remove();
  turns.querySelector(".live")?.classList.remove("live");
  turns.append(turn.root);
  turn.root.scrollIntoView({ block: "start" });
  return turn;
}

async function run(turn, start, asked) {
  running = new AbortController();
  running.turn = turn;
  busy(true);
  try {
    await follow(turn, start, asked);
  } catch (error) {
    explain(turn, error, asked);
  } finally {
    sessionStorage.removeItem(PENDING);
    running = null;
    busy(false);
  }
}

async function follow(turn, start, asked) {
  const announce = announcer();
  for (let lost = 0; ; lost++) {
    try {
      return await read(turn, await start(), announce, asked);
    } catch (error) {
      if (!isLoss(error) || !turn.stream || lost === WAITS.length) throw error;
    }
    turn.note("resuming", t("answer.resuming"));
    await pause(WAITS[lost]);
    start = () => send(`/ask/${turn.stream}`, { headers: { "last-event-id": String(turn.seen) } });
  }
}

async function send(path, options = {}) {
  const response = await fetch(path, { ...options, signal: running.signal });
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function read(turn, response, announce, asked) {
  for await (const { id, name, data } of events(response)) {
    turn.seen = id;
    turn.root.querySelector(".resuming")?.remove();
    if (name === "query") begun(turn, data, asked);
    else if (name === "hits") turn.hits(data);
    else if (name === "citation") turn.citation(data);
    else if (name === "delta") { turn.delta(data.text); announce(data.text); }
    else if (name === "error") throw data;
    else if (name === "done") { announce("\n"); return finish(turn, data); }
  }
  throw new TypeError("the stream ended early");
}

function begun(turn, data, asked) {
  turn.begun(data);
  sessionStorage.setItem(PENDING, JSON.stringify({ asked, stream: data.stream, conversation: fields.conversation_id.value }));
}

// The end of a stream is not lost either when the connection drops right behind it.
async function finish(turn, answer) {
  const id = answer.conversation_id;
  fields.conversation_id.value = id;
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  readdress((query) => ["q", "edit"].forEach((name) => query.delete(name)));
  answered();
  turn.settle(await (await send(`/c/${id}/turns/${answer.id}`)).text());
  suggest(turn.root);
  windows.postMessage({ talk: id });
  // A new talk has its name and options from the server, if not now, then behind its next answer.
  if (!$("tools").childElementCount) catchUp().catch(() => {});
}

// Nothing that is needed at first sight.
const suggest = (turn) => turn?.querySelector("[data-next]") && import("./next.js").then(({ next }) => next(turn)).catch(() => {});

// What another window, or the list beside the talk, has made of it.
async function catchUp() {
  const response = await fetch(`/c/${fields.conversation_id.value}`, { headers: { accept: "text/html" } });
  if (!response.ok || running) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const theirs = [...page.querySelectorAll("#turns > .turn")];
  for (const own of turns.querySelectorAll(".turn[id]")) if (!theirs.some(({ id }) => id === own.id)) own.remove();
  turns.append(...theirs.filter(({ id }) => !$(id)));
  for (const id of ["title", "tools"]) $(id).replaceWith(page.getElementById(id));
  document.title = page.title;
}

const isLoss = (error) => error instanceof TypeError;
const pause = (ms) => new Promise((resolve, reject) => {
  setTimeout(resolve, ms);
  running.signal.addEventListener("abort", () => reject(running.signal.reason));
});

function stop() {
  if (!running) return;
  const { stream } = running.turn;
  running.abort();
  if (stream) fetch(`/ask/${stream}`, { method: "DELETE" }).catch(() => {});
}

function explain(turn, error, asked) {
  turn.rest();
  const retry = () => {
    if (running) return;
    turn.root.remove();
    ask(asked);
  };
  if (error.name === "AbortError") {
    turn.note("stopped", t("answer.stopped"), t("answer.retry"), retry);
    keep(STOPPED, { asked, ...turn.said() });
  } else turn.note("trouble", isLoss(error) ? t("error.lost") : words(error), t("answer.retry"), retry);
}

// What was stopped, or is not asked yet, is still there when one comes back to its talk in this window.
const placed = (name) => `${name} ${fields.conversation_id.value}`;
const keep = (name, value) => sessionStorage.setItem(placed(name), JSON.stringify(value));
const kept = (name) => JSON.parse(sessionStorage.getItem(placed(name)) || "null");

function standStill({ asked, text, citations }) {
  const turn = begin(asked.question, asked.replaces);
  for (const citation of citations) turn.citation(citation);
  turn.delta(text);
  explain(turn, new DOMException("", "AbortError"), asked);
}

function busy(on) {
  const hadFocus = document.activeElement === $("send") || document.activeElement === $("stop");
  $("send").hidden = on;
  $("stop").hidden = !on;
  turns.setAttribute("aria-busy", on);
  if (hadFocus) (on ? $("stop") : $("send")).focus();
}

// ---- an answer --------------------------------------------------------------------------------

async function judge(form, submitter) {
  const root = form.closest(".turn");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
    const response = await fetch(`/c/${fields.conversation_id.value}/turns/${root.id.slice(2)}`);
    if (!response.ok) throw await problemOf(response);
    const fresh = parse(await response.text()).find((node) => node.nodeType === 1);
    root.querySelector(".judge").replaceWith(fresh.querySelector(".judge"));
    root.querySelector(".judge button").focus();
  } catch (error) {
    form.append(h("span", { role: "alert" }, isLoss(error) ? t("error.lost") : words(error)));
  }
}

form.noValidate = true; // the browser would speak of an empty question in its own language
box.addEventListener("keydown", onKey);
box.addEventListener("input", () => keep(DRAFT, { text: box.value }));
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
$("stop").addEventListener("click", stop);
if ("focus" in box.dataset) box.focus({ preventScroll: true }); // autofocus would scroll to it
if (turns.lastElementChild && !location.hash) turns.lastElementChild.scrollIntoView();
const anew = performance.getEntriesByType("navigation")[0]?.type === "navigate" && !fields.conversation_id.value;
box.value ||= kept(DRAFT)?.text ?? "";
if (kept(STOPPED) && !anew) { // a new talk begins empty
  welcomed(kept(STOPPED).asked.question);
  standStill(kept(STOPPED));
}
const pending = JSON.parse(sessionStorage.getItem(PENDING) || "null");
sessionStorage.removeItem(PENDING);
windows.addEventListener("message", ({ data }) => data.talk === fields.conversation_id.value && !running && catchUp().catch(() => {}));
const margin = matchMedia("(min-width: 80rem)"); // the list stands in it; its script waits for the rest
const list = () => margin.matches && $("talks") && import("./talks.js").catch(() => {});
// A click that comes before that script is not lost.
$("talks")?.addEventListener("click", ({ target }) =>
  target.dataset.options && import("./talks.js").then(({ choose }) => choose(target)).catch(() => {}));
const later = () => (list(), suggest(turns.lastElementChild));
if (document.readyState === "complete") later();
else addEventListener("load", later);
margin.addEventListener("change", list);
if (pending?.stream && pending.conversation === fields.conversation_id.value) takeUp(pending);
