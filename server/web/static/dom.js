// Words of the interface, and elements made without ever parsing HTML from data.

const strings = JSON.parse(document.getElementById("strings").textContent);

export function t(key, values = {}) {
  return strings[key]
    .replace(/(\{(\w+)\}[^{}[\]]*)\[([^|[\]]*)\|([^[\]]*)\]/g, (_, before, name, one, many) => before + (values[name] == 1 ? one : many))
    .replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// The server's own HTML, escaped there; the content security policy keeps scripts out anyway.
export function parse(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}

export const $ = (id) => document.getElementById(id);

// What went wrong, in the reader's language, for a problem object (RFC 9457).
export function words(problem) {
  const key = `error.${String(problem.type || "").split(":").pop()}`;
  return key in strings ? strings[key] : problem.status < 500 && problem.detail ? problem.detail : strings["error.internal"];
}

export async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { type: "", status: response.status };
  }
}
