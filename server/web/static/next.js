// What to ask next comes as soon as it has been tried.

import { parse } from "./dom.js";

const WAITS = [500, 1000, 2000, 4000, 8000, 16000, 30000]; // ms before each look

export async function next(turn) {
  const place = turn.querySelector("[data-next]");
  for (const wait of place ? WAITS : []) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (!place.isConnected || turn.nextElementSibling) return; // the talk went on
    const response = await fetch(place.dataset.next).catch(() => null);
    if (response?.status === 202) continue;
    if (response?.ok) place.replaceWith(...parse(await response.text()));
    return;
  }
}
