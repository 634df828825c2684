// The switches at the head of every page.

import { $, t } from "./dom.js";

const themes = ["system", "light", "dark"];
const theme = $("theme");

theme.addEventListener("click", (event) => {
  event.preventDefault();
  const root = document.documentElement;
  const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
  root.dataset.theme = next;
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
  $("theme-name").textContent = t(`theme.${next}`);
  theme.setAttribute("aria-label", t("theme.switch", { theme: t(`theme.${next}`) }));
});

// The address may have changed since the page was made: come back to where the reader is now.
document.querySelectorAll(".prefs a[lang]").forEach((link) =>
  link.addEventListener("click", () => {
    const url = new URL(link.href);
    url.searchParams.set("back", location.pathname + location.search);
    link.href = url;
  }));

// What a field is told to be fit for in the browser's language, its title says in the page's.
addEventListener("invalid", ({ target }) => target.title && target.setCustomValidity(target.title), true);
addEventListener("input", ({ target }) => target.setCustomValidity?.(""), true);

// A menu closes by Escape and by a click elsewhere, as menus do.
const MENUS = ".menu[open], .judge details[open]";
document.addEventListener("click", (event) =>
  document.querySelectorAll(MENUS).forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(MENUS);
  if (!menu) return;
  event.preventDefault(); // what the menu stands in stays open
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => event.target.closest("#print, [data-print]") && print());
