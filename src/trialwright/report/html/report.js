"use strict";
// The page is whole without this script; it adds sorting, who is behind a number, and a filter.

const data = (id) => JSON.parse(document.getElementById(id).textContent);
const make = (name, text, attributes = {}) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(text);
  return node;
};

// --- Sort a listing by a column: numbers by value, words by alphabet; a second click turns it.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const body = table.tBodies[0];
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      rows.sort(([a], [b]) => (up ? compare(a, b) : compare(b, a)));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function key(cell) {
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (text === "inf") return Infinity;
  const number = Number(text);
  return text !== "" && !Number.isNaN(number) ? number : text;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

// --- Who is behind a number: a click opens the patients, each with a link.
const who = document.getElementById("who");
const { patients, words, lists } = data("lists");
const anchors = new Map(
  [...document.querySelectorAll(".index li")].map((item) => [
    item.querySelector("a").textContent,
    item.dataset.patient,
  ]),
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.who");
  if (button) openWho(button);
});

function openWho(button) {
  const row = button.closest("tr");
  const caption = button.closest("table").caption.textContent;
  const label = row.cells[0].textContent;
  who.querySelector(".who-what").textContent = `${caption}: ${label}: ${button.textContent}`;
  const list = who.querySelector(".who-list");
  list.replaceChildren();
  for (const [given, ...places] of lists[Number(button.dataset.who)]) {
    list.append(make("h3", `${words[given]} (${places.length})`));
    const items = make("ul", "");
    for (const place of places) items.append(linked(patients[place]));
    list.append(items);
  }
  who.showModal();
}

function linked(patient) {
  const item = document.createElement("li");
  const anchor = anchors.get(patient);
  if (!anchor) {
    item.append(patient);
    return item;
  }
  const link = make("a", patient, { href: `#${anchor}` });
  link.addEventListener("click", () => who.close());
  item.append(link);
  return item;
}

// One stop of the tab key a table; the arrow keys go from number to number.
for (const table of document.querySelectorAll("table")) {
  const buttons = [...table.querySelectorAll("button.who")];
  buttons.forEach((button, number) => (button.tabIndex = number ? -1 : 0));
  if (!buttons.length) continue;
  table.addEventListener("keydown", (event) => {
    const at = event.target.closest?.("button.who");
    const next = at && neighbour(at, event.key);
    if (!next) return;
    event.preventDefault();
    at.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

function neighbour(button, pressed) {
  const cell = button.closest("td");
  const sideways = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[pressed];
  for (let one = sideways && cell[sideways]; one; one = one[sideways]) {
    const found = one.querySelector("button.who");
    if (found) return found;
  }
  const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[pressed];
  for (let row = step && cell.parentElement[step]; row; row = row[step]) {
    const found = row.cells[cell.cellIndex]?.querySelector("button.who");
    if (found) return found;
  }
  return null;
}

// --- Filter by subgroup: rows, marks and pages of patients; numbers stay those of everybody.
const chosen = document.getElementById("subgroup");
const groups = data("groups");
groups.forEach(({ title, levels }, group) => {
  const options = make("optgroup", "", { label: title });
  levels.forEach(({ label, members }, level) => {
    options.append(make("option", `${label} (${members.length})`, { value: `${group}.${level}` }));
  });
  chosen.append(options);
});
chosen.addEventListener("change", () => {
  const [group, level] = chosen.value.split(".").map(Number);
  show(chosen.value ? new Set(groups[group].levels[level].members) : null);
});

function show(members) {
  const shown = (anchor) => members === null || members.has(anchor);
  for (const node of document.querySelectorAll("[data-patient]")) {
    node.hidden = !shown(node.dataset.patient);
  }
  for (const link of document.querySelectorAll('svg a[href^="#patient-"]')) {
    link.classList.toggle("faded", !shown(link.getAttribute("href").slice(1)));
  }
  const said = document.getElementById("shown");
  said.textContent = members
    ? said.dataset.words.replace("{shown}", members.size).replace("{all}", anchors.size)
    : "";
}

// --- Dark: as the system has it, until the reader chooses.
const theme = document.getElementById("theme");
const stored = { get: () => localStorage.getItem("trialwright-theme"), set: (value) => localStorage.setItem("trialwright-theme", value) };
const tried = (action, otherwise) => {
  try {
    return action();
  } catch {
    return otherwise; // a file opened from disk may have no store
  }
};
const system = matchMedia("(prefers-color-scheme: dark)");
function paint(dark) {
  document.documentElement.classList.toggle("dark", dark);
  theme.setAttribute("aria-pressed", String(dark));
}
paint((tried(stored.get, null) ?? (system.matches ? "dark" : "light")) === "dark");
theme.addEventListener("click", () => {
  const dark = !document.documentElement.classList.contains("dark");
  paint(dark);
  tried(() => stored.set(dark ? "dark" : "light"), undefined);
});
document.querySelector(".top-tools").hidden = false;

// --- A link into a folded section opens it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  if (target) target.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
unfold();

// Paper cannot be opened: print everything, in light colours.
let closed = [];
let wasDark = false;
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
  wasDark = document.documentElement.classList.contains("dark");
  document.documentElement.classList.remove("dark");
});
window.addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  document.documentElement.classList.toggle("dark", wasDark);
});
