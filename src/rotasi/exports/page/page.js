// What is shown, and the controls around it.

const VIEWS = { overview: showOverview };
if (people) Object.assign(VIEWS, { grid: showGrid });
VIEWS.day = showDay;
if (people) VIEWS.person = showPerson;
VIEWS.coverage = showCoverage;
if (ledger) VIEWS.ledger = showLedger;
const SEARCHED = ["grid", "day", "person", "ledger"];

function render() {
  dropLists();
  const parts = VIEWS[state.view]().filter((part) => part !== null);
  byId("view").replaceChildren(make("h2", { id: "heading", tabindex: "-1" }, say(state.view)), ...parts);
  showCount();
}

function showCount() {
  const searched = people && SEARCHED.includes(state.view);
  byId("search-field").hidden = !searched;
  byId("unit-field").hidden = !searched || people.units.length < 2;
  byId("opd-field").hidden = data.opds.length < 2;
  byId("clear").hidden = !(state.query || state.opd >= 0 || state.unit >= 0);
  byId("filters").hidden = !searched && data.opds.length < 2;
  byId("count").textContent = searched
    ? say("found", { count: count(findPeople().length), total: count(people.nip.length) })
    : say("found_opds", { count: count(findOpds().length), total: count(data.opds.length) });
}

// -------------------------------------------------------------------- addresses

/** An address such as #grid, #day/2026-01-05 or #person/12 names a view; others change nothing. */
function follow() {
  const [view, detail] = location.hash.slice(1).split("/");
  if (!VIEWS[view]) return false;
  const moved = view !== state.view;
  state.view = view;
  if (view === "day" && data.days.includes(detail)) state.day = data.days.indexOf(detail);
  if (view === "person") state.person = people.nip[detail] === undefined ? null : Number(detail);
  const focused = document.activeElement && document.activeElement.id;
  render();
  markView();
  restoreFocus(focused, moved);
  return true;
}

/** Keep the focus on a control that is still there; else say where one has come to. */
function restoreFocus(focused, moved) {
  const again = focused && byId(focused);
  if (again && !again.disabled && focused !== "main") again.focus();
  else if (!moved || !byId("views").contains(document.activeElement)) byId("heading").focus({ preventScroll: true });
}

function markView() {
  for (const link of byId("views").children) {
    if (link.hash !== `#${state.view}`) link.removeAttribute("aria-current");
    else {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
}

// -------------------------------------------------------------------- words

function writeLabels() {
  document.documentElement.lang = state.language;
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = say(node.dataset.label);
  for (const node of document.querySelectorAll("[data-name]")) node.setAttribute("aria-label", say(node.dataset.name));
  byId("views").replaceChildren(...Object.keys(VIEWS).map((view) => make("a", { href: `#${view}` }, say(view))));
  if (data.index) byId("views").prepend(make("a", { href: data.index }, `← ${say("all_opds")}`));
  byId("facts").replaceChildren(...listFacts());
  byId("audience").textContent = say(`audience_${data.audience}`);
  byId("origin").textContent = data.origin.version ? say("of_schedule", data.origin) : "";
  byId("language").lang = state.language === "id" ? "en" : "id";
  labelScheme();
  template = null;
}

function listFacts() {
  const [start, end] = [data.start, data.end].map((text) => plainDate(new Date(`${text}T00:00:00Z`)));
  const kind = { OPTIMAL: "yes", FEASIBLE: "plain", UNKNOWN: "no" }[data.status];
  return [make("span", {}, `${start} – ${end}`), make("span", {}, `${count(dates.length)} ${say("workdays")}`),
    make("span", {}, `${count(sum(data.sizes))} ${say("asn")}`), make("span", { class: `badge ${kind}` }, say(data.status))];
}

function switchLanguage() {
  const codes = Object.keys(data.labels);
  state.language = codes[(codes.indexOf(state.language) + 1) % codes.length];
  fillChoices();
  writeLabels();
  markView();
  render();
}

// -------------------------------------------------------------------- controls

function fillChoices() {
  const option = (value, text) => make("option", { value: String(value) }, text);
  byId("opd").replaceChildren(option(-1, say("all_opds")), ...data.opds.map((name, opd) => option(opd, name)));
  byId("opd").value = String(state.opd);
  if (people) fillUnits();
}

/** Units of the chosen OPD. */
function fillUnits() {
  const option = (value, text) => make("option", { value: String(value) }, text);
  const inside = new Set(people.unit.filter((_unit, i) => state.opd < 0 || people.opd[i] === state.opd));
  if (!inside.has(state.unit)) state.unit = -1;
  const named = [...inside].sort((a, b) => a - b).filter((unit) => people.units[unit]);
  byId("unit").replaceChildren(option(-1, say("all_units")), ...named.map((unit) => option(unit, people.units[unit])));
  byId("unit").value = String(state.unit);
}

function chooseOpd(opd) {
  state.opd = opd;
  byId("opd").value = String(opd);
  if (people) fillUnits();
}

function clearFilters() {
  [state.query, state.unit] = ["", -1];
  byId("search").value = "";
  chooseOpd(-1);
  byId("search").focus();
  filter();
}

/** Show what the filters let through; from a person back to the list of those found. */
function filter() {
  if (state.view === "person" && state.person !== null) location.hash = "#person";
  else render();
}

const darkOutside = window.matchMedia("(prefers-color-scheme: dark)");
let chosenScheme = null;

function scheme() {
  return chosenScheme || (darkOutside.matches ? "dark" : "light");
}

function labelScheme() {
  document.documentElement.dataset.scheme = scheme();
  byId("scheme").textContent = say(scheme() === "dark" ? "light" : "dark");
}

function switchScheme() {
  chosenScheme = scheme() === "dark" ? "light" : "dark";
  labelScheme();
}

function listen() {
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => lists.forEach((list) => list.all()));
  darkOutside.addEventListener("change", labelScheme);
  byId("language").addEventListener("click", switchLanguage);
  byId("scheme").addEventListener("click", switchScheme);
  byId("print").addEventListener("click", () => window.print());
  byId("clear").addEventListener("click", clearFilters);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  byId("search").addEventListener("input", (event) => {
    state.query = event.target.value;
    filter();
  });
  byId("opd").addEventListener("change", (event) => {
    chooseOpd(Number(event.target.value));
    filter();
  });
  byId("unit").addEventListener("change", (event) => {
    state.unit = Number(event.target.value);
    filter();
  });
}

fillChoices();
writeLabels();
listen();
if (!follow()) {
  render();
  markView();
}
