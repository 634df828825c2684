// Asking: send, stream, stop, retry, copy.

import { Turn, plainText } from "./answer.js";
import { $, h, problemOf, t, words } from "./dom.js";
import { events } from "./sse.js";

const form = $("composer");
const box = $("question");
const turns = $("turns");
let running = null;

function onKey(event) {
  // While an input method composes, Enter picks a word; 229 is how older browsers say so.
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    submit(box.value);
  }
}

function onClick(event) {
  const link = event.target.closest("a[data-ask]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    submit(link.textContent);
  }
}

async function submit(text) {
  const question = text.trim();
  if (!question || running) return;
  box.value = "";
  $("welcome")?.remove();
  await ask(question);
}

async function ask(question) {
  const turn = new Turn(question);
  turns.querySelector(".live")?.classList.remove("live");
  turns.append(turn.root);
  turn.root.scrollIntoView({ block: "start" });
  running = new AbortController();
  busy(true);
  try {
    await stream(turn, running.signal);
  } catch (error) {
    explain(turn, error);
  } finally {
    running = null;
    busy(false);
  }
}

async function stream(turn, signal) {
  const body = { question: turn.question, stream: true };
  const id = form.elements.conversation_id.value;
  if (id) body.conversation_id = id;
  const headers = { "content-type": "application/json" };
  const response = await fetch("/ask", { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!response.ok) throw await problemOf(response);
  const announce = announcer();
  for await (const { name, data } of events(response)) {
    if (name === "query") turn.query(data.query);
    else if (name === "citation") turn.citation(data);
    else if (name === "delta") { turn.delta(data.text); announce(data.text); }
    else if (name === "error") throw data;
    else if (name === "done") return finish(turn, data, announce);
  }
  throw new TypeError("the stream ended early");
}

function finish(turn, answer, announce) {
  turn.done(answer);
  announce("\n");
  addCopy(turn.root.querySelector(".meta"));
  form.elements.conversation_id.value = answer.conversation_id;
  $("main").dataset.conversation = answer.conversation_id;
  history.replaceState(null, "", `/c/${answer.conversation_id}`);
}

// Screen readers hear whole sentences, without the numbers.
function announcer() {
  let rest = "";
  return (text) => {
    rest += text;
    const end = Math.max(...["。", "！", "？", "；", "\n"].map((mark) => rest.lastIndexOf(mark))) + 1;
    if (!end) return;
    $("announce").textContent = rest.slice(0, end).replace(/\[\d+\]/g, "");
    rest = rest.slice(end);
  };
}

function explain(turn, error) {
  turn.settle();
  if (error.name === "AbortError") {
    turn.root.append(h("p", { class: "meta" }, t("answer.stopped"), retryButton(turn)));
    return;
  }
  turn.trouble(error instanceof TypeError ? t("error.lost") : words(error), () => retry(turn));
}

function retryButton(turn) {
  const button = h("button", { type: "button" }, t("answer.retry"));
  button.addEventListener("click", () => retry(turn));
  return button;
}

function retry(turn) {
  if (running) return;
  turn.root.remove();
  ask(turn.question);
}

function busy(on) {
  const hadFocus = document.activeElement === $("send") || document.activeElement === $("stop");
  $("send").hidden = on;
  $("stop").hidden = !on;
  turns.setAttribute("aria-busy", on);
  if (hadFocus) (on ? $("stop") : $("send")).focus();
}

function addCopy(meta) {
  const root = meta.closest(".turn");
  if (root.querySelector(".refusal")) return;
  const button = h("button", { type: "button", class: "copy" }, t("answer.copy"));
  button.addEventListener("click", async () => {
    const done = await copy(plainText(root));
    button.textContent = t(done ? "answer.copied" : "answer.copy_failed");
    setTimeout(() => (button.textContent = t("answer.copy")), 2000);
  });
  meta.prepend(button);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOld(text); // plain http on another host has no clipboard API
  }
}

function copyOld(text) {
  const area = h("textarea", { class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(box.value);
});
box.addEventListener("keydown", onKey);
$("stop").addEventListener("click", () => running?.abort());
document.addEventListener("click", onClick);
turns.querySelectorAll(".turn .meta").forEach(addCopy);
if (turns.lastElementChild && !location.hash) turns.lastElementChild.scrollIntoView();
