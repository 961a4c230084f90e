"use strict";
// The page is whole without this script; it adds sorting, who is behind a number, and a filter.
// Only a report of very many patients needs it, to lay out what is kept compressed until opened.

const data = (id) => JSON.parse(document.getElementById(id).textContent);
const make = (name, text, attributes = {}) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(text);
  return node;
};
const every = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- Sort a listing by a column: numbers by value, words by alphabet; a second click turns it.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = make("button", "", { type: "button" });
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

const DAY = 864e5;
const DAYS_BEFORE_1970 = 719163; // since the first day of the year 1, as the cells count
function key(cell) {
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (text === "inf") return Infinity;
  const number = /^([-−]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?:\s\S+)?$/.exec(text);
  if (number) return Number(number[1].replace("−", "-"));
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return Date.parse(text) / DAY + DAYS_BEFORE_1970;
  return text;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

// --- Who is behind a number: a click opens the patients, each with a link.
const who = document.getElementById("who");
const { patients, words, lists } = data("lists");
const anchors = new Map(
  every("details.patient").map((page) => [page.querySelector(".name").textContent, page.id]),
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.who");
  if (button) openWho(button);
  if (event.target === who) who.close(); // beside the dialog
});

function openWho(button) {
  const row = button.closest("tr");
  const caption = every(".key, strong", button.closest("table").caption);
  const title = caption.map((part) => part.textContent).join(" ");
  who.querySelector(".who-what").textContent =
    `${title}: ${row.cells[0].textContent}: ${button.textContent}`;
  const list = who.querySelector(".who-list");
  list.replaceChildren();
  for (const [given, ...places] of lists[Number(button.dataset.who)]) {
    list.append(make("h3", `${words[given]} (${places.length})`));
    const items = make("ul", "");
    for (const place of places) items.append(linked(patients[place]));
    list.append(items);
  }
  who.showModal();
  who.scrollTop = 0;
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
function makeOneStop(table) {
  const buttons = every("button.who", table);
  buttons.forEach((button, number) => (button.tabIndex = number ? -1 : 0));
  if (!buttons.length) return;
  table.addEventListener("keydown", (event) => {
    const at = event.target.closest?.("button.who");
    const next = at && neighbour(at, event.key);
    if (next) event.preventDefault();
    next?.focus();
  });
  // Where the reader was, the tab key comes back to.
  table.addEventListener("focusin", (event) => {
    if (!event.target.matches("button.who")) return;
    for (const button of every('button.who[tabindex="0"]', table)) button.tabIndex = -1;
    event.target.tabIndex = 0;
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
    if (found && !row.hidden) return found;
  }
  return null;
}

// What scrolls sideways takes a stop of the tab key, unless something in it does already.
const watched = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const moves = target.scrollWidth > target.clientWidth + 1;
    if (moves && !target.querySelector("button, a:not([tabindex])")) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

function prepare(part) {
  every("table.sortable", part).forEach(makeSortable);
  every("table", part).forEach(makeOneStop);
  every(".scroll, .drawing, .chart-box", part).forEach((box) => watched.observe(box));
}
prepare(document);

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
let members = null; // places of the patients that are shown; null: all
chosen.addEventListener("change", () => {
  const [group, level] = chosen.value.split(".").map(Number);
  members = chosen.value ? new Set(groups[group].levels[level].members) : null;
  showMembers(document);
  const said = document.getElementById("shown");
  said.textContent = members
    ? said.dataset.words.replace("{shown}", members.size).replace("{all}", anchors.size)
    : "";
});

function showMembers(part) {
  const shown = (anchor) => members === null || members.has(anchor);
  for (const node of every("[data-patient]", part)) node.hidden = !shown(node.dataset.patient);
  const link = 'a[href^="#patient-"]';
  const placeOf = (one) => one.getAttribute("href").slice(1);
  for (const one of every(`tbody th > ${link}`, part)) {
    one.closest("tr").hidden = !shown(placeOf(one));
  }
  for (const one of every(`svg ${link}`, part)) one.classList.toggle("faded", !shown(placeOf(one)));
}

// --- Dark: as the system has it, until the reader chooses.
const theme = document.getElementById("theme");
const tried = (action, otherwise) => {
  try {
    return action();
  } catch {
    return otherwise; // a file opened from disk may have no store
  }
};
const STORED = "trialwright-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => document.documentElement.classList.contains("dark");
function paint(dark) {
  document.documentElement.classList.toggle("dark", dark);
  theme.setAttribute("aria-pressed", String(dark));
}
const asChosen = () => tried(() => localStorage.getItem(STORED), null) ?? (system.matches ? "dark" : "light");
paint(asChosen() === "dark");
system.addEventListener("change", () => paint(asChosen() === "dark"));
theme.addEventListener("click", () => {
  const dark = !isDark();
  paint(dark);
  tried(() => localStorage.setItem(STORED, dark ? "dark" : "light"), undefined);
});
document.querySelector(".top-tools").hidden = false;

// --- Folded parts. In a long report what they hold is laid out when they are opened.
const kept = (details) => details.querySelector(":scope > script.later");
const unpacking = new WeakMap();
function layOut(details) {
  const script = kept(details);
  if (script && !unpacking.has(script)) unpacking.set(script, unpack(script));
  return script && unpacking.get(script);
}
async function unpack(script) {
  const bytes = Uint8Array.from(atob(script.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const template = document.createElement("template");
  template.innerHTML = await new Response(stream).text();
  const part = make("div", template.content);
  showMembers(part);
  prepare(part);
  script.replaceWith(part);
}
document.addEventListener("toggle", (event) => event.target.open && layOut(event.target), true);

const unfold = document.getElementById("unfold");
unfold.addEventListener("click", () => {
  const open = unfold.getAttribute("aria-pressed") !== "true";
  unfold.setAttribute("aria-pressed", String(open));
  for (const details of every("details")) if (!kept(details)) details.open = open;
});

// A link into a folded part opens it, and shows a patient whom the filter hides.
async function follow() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  if (target.closest("[hidden]")) {
    chosen.value = "";
    chosen.dispatchEvent(new Event("change"));
  }
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName !== "DETAILS") continue;
    node.open = true;
    await layOut(node);
  }
  (target.closest(".listing-box") ?? target).scrollIntoView();
  (target.querySelector(":scope > summary") ?? target).focus({ preventScroll: true });
}
window.addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  // The same link a second time changes no hash.
  const link = event.target.closest("a[href]");
  if (link && link.getAttribute("href") === location.hash) follow();
});
follow();

// Paper cannot be opened: print everything that is laid out, in light colours.
let closed = [];
let wasDark = false;
window.addEventListener("beforeprint", () => {
  closed = every("details:not([open])").filter((details) => !kept(details));
  for (const details of closed) details.open = true;
  wasDark = isDark();
  document.documentElement.classList.remove("dark");
});
window.addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  document.documentElement.classList.toggle("dark", wasDark);
});
