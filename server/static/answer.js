// One question and its answer as elements; templates/_turn.html builds the same on the server.

import { h, t } from "./dom.js";

const MARKER = /\[(\d+)\]/g;

export function citeLink(c) {
  const query = new URLSearchParams({ start: c.start, end: c.end, article: c.article, sha256: c.sha256 });
  return h("a", {
    class: "cite",
    href: `/sources/${encodeURIComponent(c.source)}/view?${query}#cite`,
    "data-n": c.number,
    "data-title": c.title,
    "data-source": c.source,
    "data-published": c.published || "",
    "data-start": c.start,
    "data-end": c.end,
    "data-quote": c.quote,
    "aria-label": t("answer.cite", { number: c.number, title: c.title || c.source }),
  }, String(c.number));
}

// Appends text as it comes, so that what is on the page stays where it is and keeps its focus.
class Writer {
  constructor(body) {
    this.body = body;
    this.citations = new Map();
    this.levels = [];
    this.text = "";
    this.used = 0;
    this.line = null;
  }

  write(delta) {
    this.text += delta;
    const open = this.text.slice(this.used).search(/\[\d*$/);
    this.append(open < 0 ? this.text.length : this.used + open);
  }

  append(end) {
    const part = this.text.slice(this.used, end);
    this.used = end;
    let done = 0;
    for (const match of part.matchAll(MARKER)) {
      const citation = this.citations.get(Number(match[1]));
      if (!citation) continue;
      this.say(part.slice(done, match.index));
      this.paragraph().append(citeLink(citation));
      done = match.index + match[0].length;
    }
    this.say(part.slice(done));
  }

  say(text) {
    text.split("\n").forEach((line, i) => {
      if (i) this.line = null;
      if (line.trim()) this.paragraph().append(...this.levelled(line));
    });
  }

  levelled(text) {
    const weak = this.levels.find((claim) => claim.text.trim() && text.includes(claim.text.trim()));
    if (!weak) return [text];
    const words = t(`answer.${weak.support}`);
    return [h("span", { class: "weak", title: words }, text), h("small", { class: "level" }, words)];
  }

  paragraph() {
    if (!this.line) this.body.append((this.line = h("p")));
    return this.line;
  }
}

export class Turn {
  constructor(question) {
    this.question = question;
    this.body = h("div", { class: "answer waiting", lang: "zh-CN" });
    this.writer = new Writer(this.body);
    this.root = h("article", { class: "turn live" }, h("h2", { class: "question" }, question), this.body);
  }

  query(query) {
    if (query === this.question) return;
    this.body.before(h("p", { class: "query" }, t("answer.searched"), h("span", {}, query)));
  }

  citation(citation) {
    this.writer.citations.set(citation.number, citation);
  }

  delta(text) {
    this.writer.write(text);
  }

  done(answer) {
    this.answer = answer;
    this.root.id = `t-${answer.id}`;
    if (answer.refused) this.body.replaceWith(refusal(answer));
    else this.complete(answer);
    this.settle();
    this.root.append(...answer.conflicts.map((c) => conflict(c, answer.citations)));
    const ms = Math.round(answer.timings_ms.total || 0);
    this.root.append(h("p", { class: "meta" }, h("span", {}, t("answer.engine", { engine: answer.engine, ms }))));
    if (answer.suggestions.length) this.root.append(suggestions(answer));
  }

  // The text is built anew only where the stream said less than the whole answer does.
  complete(answer) {
    const levels = answer.claims.filter((claim) => claim.support !== "full");
    if (!levels.length && this.writer.text === answer.answer) return this.writer.append(answer.answer.length);
    this.body.replaceChildren();
    this.writer = new Writer(this.body);
    this.writer.levels = levels;
    answer.citations.forEach((c) => this.citation(c));
    this.delta(answer.answer);
    return this.writer.append(answer.answer.length);
  }

  settle() {
    this.body.classList.remove("waiting");
    if (!this.body.childElementCount) this.body.remove();
  }

  trouble(text, retry) {
    this.settle();
    const again = h("button", { type: "button" }, t("answer.retry"));
    again.addEventListener("click", retry);
    this.root.append(h("p", { class: "trouble", role: "alert" }, text, again));
  }
}

function refusal(answer) {
  const why = answer.reason || answer.answer;
  return h("div", { class: "refusal" },
    h("p", { class: "refusal-title" }, t("answer.refused")), why ? h("p", {}, why) : null);
}

function conflict(conflict, citations) {
  const rows = conflict.values.map((v) => {
    const c = citations.find((one) => one.number === v.citation);
    const when = c && c.published ? h("span", { class: "when" }, c.published) : null;
    return h("tr", {}, h("td", {}, v.value), h("td", {}, ...(c ? [c.title || c.source, when, citeLink(c)].filter(Boolean) : [])));
  });
  return h("table", { class: "conflict" },
    h("caption", {}, t("answer.conflicts"), h("span", {}, conflict.about)),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("answer.value")), h("th", { scope: "col" }, t("answer.source")))),
    h("tbody", {}, ...rows));
}

function suggestions(answer) {
  const links = answer.suggestions.map((s) =>
    h("li", {}, h("a", { href: `/?${new URLSearchParams({ q: s })}`, "data-ask": true }, s)));
  return h("div", { class: "suggest" },
    h("p", {}, t(answer.refused ? "answer.suggestions" : "answer.followups")), h("ul", {}, ...links));
}

// The answer as plain text with its citations as footnotes, read from the page.
export function plainText(root) {
  const notes = new Map();
  const lines = [...root.querySelectorAll(".answer p")].map((p) =>
    [...p.childNodes].map((node) => {
      if (!(node instanceof Element)) return node.textContent;
      if (!node.matches(".cite")) return node.matches(".level, .changed") ? "" : node.textContent;
      const d = node.dataset;
      notes.set(d.n, `[${d.n}] ${[d.title, d.published].filter(Boolean).join("，")} — ${d.source}:${d.start}-${d.end} 「${d.quote}」`);
      return `[${d.n}]`;
    }).join(""));
  return [root.querySelector(".question").textContent, lines.join("\n"), [...notes.values()].join("\n")].join("\n\n");
}
