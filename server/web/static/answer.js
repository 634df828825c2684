// A question and its answer: the words as they stream, the rest from templates/_turn.html.

import { $, h, parse, t } from "./dom.js";

const LISTED = 3; // this and LONG as fragments.py has them
const LONG = 60;
const PAUSE_MS = 1500;
const PIECES = /\[(\d+)\]|〔[^〔〕]*〕/g;

function citeLink(c) {
  const query = new URLSearchParams({ start: c.start, end: c.end, article: c.article, sha256: c.sha256, n: c.number });
  return h("a", {
    class: "cite",
    href: `/sources/${encodeURIComponent(c.source)}/view?${query}#cite`,
    "data-n": c.number,
    "data-title": c.title,
    "data-source": c.source,
    "data-published": c.published || "",
    "data-start": c.start,
    "data-end": c.end,
    "data-quote": legible(c.quote),
    "aria-label": t("answer.cite", { number: c.number, title: c.title || c.source }),
  }, h("i", {}, "["), String(c.number), h("i", {}, "]"));
}

// As rendering.py has it.
const isLong = (question) => [...question].reduce((n, c) => n + (c === "\n" ? 70 : c > "\u2e7f" ? 2 : 1), 0) > 280;
const unfold = () => h("details", { class: "unfold" },
  h("summary", {}, h("span", {}, t("answer.unfold")), h("span", {}, t("answer.fold"))));

// Until the server has said how its article reads: torn lines and spaces inside Chinese are closed.
const legible = (quote) => quote.replace(/\s+/g, " ").replace(/(?<![!-~]) | (?![!-~])/g, "");

// Appends text as it comes, so that what is on the page stays where it is.
class Writer {
  constructor(body) {
    this.body = body;
    this.citations = new Map();
    this.text = "";
    this.used = 0;
    this.line = null;
    this.sentences = []; // where each begins in the line of the one before
    this.cited = 0; // sentences that have their citation
    this.open = false; // the last thing written is not a citation
    this.apart = false;
    this.length = 0; // of the sentence that is being written
  }

  write(delta) {
    this.text += delta;
    const open = this.text.slice(this.used).search(/\[\d*$|〔[^〕]*$/);
    this.append(open < 0 ? this.text.length : this.used + open);
  }

  append(end) {
    const part = this.text.slice(this.used, end);
    this.used = end;
    let done = 0;
    for (const match of part.matchAll(PIECES)) {
      const citation = this.citations.get(Number(match[1]));
      if (match[1] && !citation) continue;
      this.say(part.slice(done, match.index));
      if (citation) this.cite(citation);
      else this.put(h("span", { class: "inserted" }, match[0]));
      done = match.index + match[0].length;
    }
    this.say(part.slice(done));
  }

  say(text) {
    text.split("\n").forEach((line, i) => {
      if (i) this.line = null;
      if (line.trim()) this.put(document.createTextNode(line));
    });
  }

  cite(citation) {
    this.paragraph().append(citeLink(citation));
    if (this.open || !this.cited) this.cited++;
    this.open = false;
    if (this.cited >= LISTED) this.list();
  }

  put(node) {
    const begins = !this.open && this.cited && this.line;
    if (begins && this.cited + 1 >= LISTED) this.list();
    const anew = begins && (this.apart || this.length >= LONG);
    if (anew) this.line = null;
    this.paragraph().append(node);
    if (begins && !anew) this.sentences.push(node);
    this.length = (begins ? 0 : this.length) + node.textContent.length;
    this.open = true;
  }

  // As fragments.py has it: from three sentences up each has a line of its own.
  list() {
    if (this.apart) return;
    this.apart = true;
    this.body.classList.add("points");
    for (const first of this.sentences.reverse()) {
      const old = first.parentNode;
      const line = h("p");
      while (first !== old.lastChild) line.prepend(old.lastChild);
      line.prepend(first);
      old.after(line);
      if (old === this.line) this.line = line;
    }
  }

  paragraph() {
    if (!this.line) this.body.append((this.line = h("p")));
    return this.line;
  }
}

export class Turn {
  constructor(question) {
    this.question = question;
    this.seen = 0;
    this.pausing = 0;
    this.stream = "";
    this.body = h("div", { class: "answer waiting", lang: "zh-CN" });
    this.writer = new Writer(this.body);
    this.doing = h("p", { class: "doing" });
    this.root = h("article", { class: "turn live" },
      h("h2", { class: "question", lang: "zh-CN" }, question), isLong(question) ? unfold() : null, this.doing, this.body);
    this.tell("answer.finding");
  }

  // What happens while there are no words yet, or no more for a while; heard, too.
  tell(key, values) {
    this.doing.textContent = $("doing").textContent = t(key, values);
    if (!this.doing.isConnected) this.body.after(this.doing);
  }

  hits({ hits }) {
    if (hits.length) this.tell("answer.checking", { count: hits.length });
  }

  begun({ query, stream, rewritten }) {
    this.stream = stream;
    if (!rewritten) return;
    this.doing.before(h("p", { class: "query" }, t("answer.searched"), h("span", { lang: "zh-CN" }, query)));
  }

  citation(citation) {
    this.writer.citations.set(citation.number, citation);
  }

  delta(text) {
    this.quiet();
    this.writer.write(text);
    this.pausing = setTimeout(() => this.tell("answer.writing"), PAUSE_MS);
  }

  // The server's own words for the whole turn: levels, marks, conflicts, what can be done next.
  settle(html) {
    this.quiet();
    const fresh = parse(html).find((node) => node.nodeType === 1);
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.n : "";
    this.root.id = fresh.id;
    this.root.replaceChildren(...fresh.childNodes);
    if (focused) this.root.querySelector(`.cite[data-n="${focused}"]`)?.focus({ preventScroll: true });
  }

  quiet() {
    clearTimeout(this.pausing);
    this.doing.remove();
    $("doing").textContent = "";
  }

  // Nothing more will come.
  rest() {
    this.quiet();
    this.body.classList.remove("waiting");
    if (!this.body.childElementCount) this.body.remove();
  }

  said() {
    return { text: this.writer.text, citations: [...this.writer.citations.values()] };
  }

  note(className, text, label, onClick) {
    this.root.querySelector(".trouble, .stopped, .resuming")?.remove();
    const button = label ? h("button", { type: "button" }, label) : null;
    button?.addEventListener("click", onClick);
    this.root.append(h("p", { class: className, role: className === "trouble" ? "alert" : "status" }, text, button));
  }
}

// The answer as plain text with its citations as footnotes, read from the page.
export function plainText(root) {
  const notes = new Map();
  const lines = [...root.querySelectorAll(".answer :is(p, li)")].map((p) => textOf(p, notes));
  const tables = [...root.querySelectorAll(".conflict")].map((table) => rowsOf(table, notes));
  return [root.querySelector(".question").textContent, lines.join("\n"), ...tables, [...notes.values()].join("\n")].join("\n\n");
}

// The same for where links and tables can be kept: what it looks like stays here.
export function richText(root) {
  const notes = [...root.querySelectorAll(".notes li")].map((note) => h("p", {}, `[${note.value}] `, ...note.cloneNode(true).childNodes));
  const parts = [...root.querySelectorAll(".answer, .conflict")].map((part) => part.cloneNode(true));
  const whole = h("div", {}, h("p", {}, h("b", {}, root.querySelector(".question").textContent)), ...parts, ...notes);
  for (const cite of whole.querySelectorAll(".cite")) cite.replaceWith(h("sup", {}, h("a", { href: cite.href }, `[${cite.dataset.n}]`)));
  for (const level of whole.querySelectorAll(".level, .changed, .joined")) level.textContent = `（${level.textContent}）`;
  for (const one of whole.querySelectorAll("*")) {
    for (const { name } of [...one.attributes]) if (name !== "href") one.removeAttribute(name);
  }
  return whole.outerHTML;
}

function rowsOf(table, notes) {
  const about = [...table.caption.childNodes].map((node) => node.textContent).join(" ");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => textOf(cell, notes)).join(" · "));
  return [about, ...rows].join("\n");
}

function textOf(node, notes) {
  return [...node.childNodes].map((child) => {
    if (!(child instanceof Element)) return child.textContent;
    if (child.matches(".level, .changed, .joined")) return `（${child.textContent}）`;
    if (!child.matches(".cite")) return textOf(child, notes);
    const d = child.dataset;
    notes.set(d.n, `[${d.n}] ${[d.title, d.published].filter(Boolean).join("，")} — ${d.source}:${d.start}-${d.end} 「${d.quote}」`);
    return `[${d.n}]`;
  }).join("");
}

// Screen readers hear whole sentences, without the numbers.
export function announcer() {
  let rest = "";
  return (text) => {
    rest += text;
    const end = Math.max(...["。", "！", "？", "；", "\n"].map((mark) => rest.lastIndexOf(mark))) + 1;
    if (!end) return;
    $("announce").textContent = rest.slice(0, end).replace(/\[\d+\]/g, "");
    rest = rest.slice(end);
  };
}
