// In an article that is shown: finding words, going to its parts.

import { t } from "./dom.js";

let ranges = [];
let at = -1;

const paint = (name, found) => CSS.highlights.set(name, new Highlight(...found));

// Its letters without the spaces between them, and where each stands: lines and words may be torn.
function letters(text) {
  const found = { text: "", nodes: [], offsets: [] };
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(".margin")) continue;
    for (let i = 0; i < node.length; i++) {
      if (!node.data[i].trim()) continue;
      found.text += node.data[i].toLowerCase()[0];
      found.nodes.push(node);
      found.offsets.push(i);
    }
  }
  return found;
}

function places(root, query) {
  const { text, nodes, offsets } = letters(root);
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  const found = [];
  for (let i = text.indexOf(wanted); wanted && i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
    const range = new Range();
    const last = i + wanted.length - 1;
    range.setStart(nodes[i], offsets[i]);
    range.setEnd(nodes[last], offsets[last] + 1);
    found.push(range);
  }
  return found;
}

function seek(input) {
  const text = input.closest(".source-head").parentElement.querySelector(".source-text");
  ranges = places(text, input.value);
  at = -1;
  paint("sought", ranges);
  paint("sought-now", []);
  tell(input, !input.value.trim() ? "" : ranges.length ? t("view.found", { n: 0, total: ranges.length }) : t("view.none_found"));
  if (ranges.length) step(input, 1);
}

function step(input, by) {
  if (!ranges.length) return;
  at = (at + by + ranges.length) % ranges.length;
  paint("sought-now", [ranges[at]]);
  tell(input, t("view.found", { n: at + 1, total: ranges.length }));
  const pane = input.closest(".sheet");
  const window_ = pane ? pane.getBoundingClientRect() : { top: 0, bottom: innerHeight };
  const head = input.closest(".sheet .source-head")?.getBoundingClientRect().bottom ?? window_.top;
  const middle = (head + window_.bottom) / 2;
  (pane ?? window).scrollBy({ top: ranges[at].getBoundingClientRect().top - middle, behavior: "instant" });
}

const tell = (input, text) => (input.form.querySelector("output").textContent = text);

document.addEventListener("input", ({ target }) => target.id === "seek" && seek(target));
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".seek")) return;
  event.preventDefault();
  step(event.target.elements.seek, 1);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "seek") return;
  const back = event.key === "Enter" && event.shiftKey;
  if (back) event.preventDefault();
  if (back) step(event.target, -1);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".outline a");
  if (!link) return;
  event.preventDefault();
  const part = document.getElementById(link.hash.slice(1));
  link.closest("details").open = false;
  part.scrollIntoView({ block: "start", behavior: "instant" });
});
const SIZES = ["normal", "large", "larger"]; // as rendering.py has them
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-size]")) return;
  event.preventDefault();
  const root = document.documentElement;
  root.dataset.text = SIZES[(SIZES.indexOf(root.dataset.text) + 1) % SIZES.length];
  document.cookie = `text=${root.dataset.text};path=/;max-age=31536000;samesite=lax`;
});
