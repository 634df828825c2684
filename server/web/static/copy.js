// What is copied: as plain text, and where it has links and tables as rich text, too.

import { h, t } from "./dom.js";

export async function copy(text, html) {
  try {
    if (html && window.ClipboardItem) await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob(text, "plain"), "text/html": blob(html, "html") })]);
    else await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOld(text); // plain http on another host has no clipboard API
  }
}

const blob = (text, kind) => new Blob([text], { type: `text/${kind}` });

function copyOld(text) {
  const area = h("textarea", { class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

// A button says for a moment what became of it.
export async function copyFrom(button, text, html) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = t((await copy(text, html)) ? "answer.copied" : "answer.copy_failed");
  setTimeout(() => (button.textContent = label), 2000);
}

document.addEventListener("click", ({ target }) => {
  const text = target.dataset?.copy;
  if (text) copyFrom(target, text.startsWith("/") ? new URL(text, location.href).href : text);
});
