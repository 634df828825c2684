// The address of the page: the talk, the sources it is limited to, the citation that is open.

import { $ } from "./dom.js";

// Changes the query; an entry of its own in the history when it is pushed with a state.
export function readdress(change, pushed) {
  const url = new URL(location.href);
  const talk = $("composer").elements.conversation_id.value;
  if (talk) url.pathname = `/c/${talk}`;
  change(url.searchParams);
  if (pushed) history.pushState(pushed, "", url);
  else if (url.href !== location.href) history.replaceState(history.state, "", url);
}
