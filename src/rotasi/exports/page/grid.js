// Everybody's days as a table, moved through with the arrow keys.

let grid = null; // {list, rows, people, row, column} of the table that is shown

function showGrid() {
  const found = findPeople();
  if (!found.length) return [makeNobody()];
  const head = make("thead", {}, make("tr", { "aria-rowindex": "1" }, make("th", { scope: "col", class: "who" }, say("name")),
    ...dates.map(makeDayHead), make("th", { scope: "col", class: "number", title: say("total_remote") }, "Σ")));
  const body = make("tbody");
  const table = make("table", { class: "roster", role: "grid", "aria-rowcount": String(found.length + 1),
    "aria-describedby": "grid-help", keydown: moveInGrid, focusin: noteFocus },
  make("caption", { class: "hidden" }, say("grid")), head, body);
  table.style.setProperty("--days", String(dates.length));
  const frame = make("div", { class: "frame" }, table);
  const [list, sentinel] = fill(body, found, makeRow, frame);
  frame.append(sentinel);
  grid = { list, table, people: found, row: 0, column: 0 };
  cellAt(0, 0).tabIndex = 0;
  const help = make("p", { class: "note keys", id: "grid-help" }, say("grid_help"));
  return [make("div", { class: "subhead" }, makeLegend(), help), frame];
}

function makeNobody() {
  return make("p", { class: "card note" }, say("nobody"));
}

function makeDayHead(date, day) {
  const open = make("a", { tabindex: "-1", href: `#day/${data.days[day]}`, "aria-label": say("open_day", { day: longDate(date) }) },
    make("span", {}, weekdayName(date).slice(0, 3)), make("b", {}, String(date.getUTCDate())));
  return make("th", { scope: "col", class: startsWeek(day) ? "week" : null }, open);
}

let template = null; // a row with as many cells as there are days: copied faster than made

function makeTemplate() {
  const cells = dates.map((_date, day) => make("td", { class: startsWeek(day) ? "week" : "" }));
  return make("tr", {}, make("th", { scope: "row", class: "who" },
    make("a", { tabindex: "-1" }, make("span"), make("small"))),
  ...cells, make("td", { class: "number" }));
}

function makeRow(person, index) {
  template = template || makeTemplate();
  const row = template.cloneNode(true);
  row.setAttribute("aria-rowindex", String(index + 2));
  const link = row.firstChild.firstChild;
  link.href = `#person/${person}`;
  link.firstChild.textContent = nameOf(person);
  link.lastChild.textContent = join(people.name[person] && people.nip[person], data.opds.length > 1 ? opdOf(person) : unitOf(person));
  const days = people.days[person];
  let cell = row.firstChild.nextSibling;
  for (let day = 0; day < days.length; day += 1) {
    const status = Number(days[day]);
    cell.classList.add(STATUS[status]);
    cell.textContent = data.statuses[status];
    cell = cell.nextSibling;
  }
  cell.textContent = String(daysOf(person, 1));
  return row;
}

// -------------------------------------------------------------------- keys

/** What takes the focus at a place; row 0 is the heading. */
function cellAt(row, column) {
  const cell = grid.table.rows[row].cells[column];
  return cell.querySelector("a") || cell;
}

const STEPS = {
  ArrowUp: (at) => [at.row - 1, at.column],
  ArrowDown: (at) => [at.row + 1, at.column],
  ArrowLeft: (at) => [at.row, at.column - 1],
  ArrowRight: (at) => [at.row, at.column + 1],
  PageUp: (at) => [at.row - 10, at.column],
  PageDown: (at) => [at.row + 10, at.column],
  Home: (at, whole) => [whole ? 0 : at.row, 0],
  End: (at, whole) => [whole ? Infinity : at.row, Infinity],
};

function moveInGrid(event) {
  if (event.key === "Enter" && event.target.tagName === "TD") {
    openPerson(grid.people[grid.row - 1]);
  } else if (STEPS[event.key] && !event.altKey && !event.metaKey) {
    event.preventDefault();
    focusCell(...STEPS[event.key](grid, event.ctrlKey));
  }
}

function focusCell(row, column) {
  const target = Math.max(0, Math.min(row, grid.people.length));
  grid.list.until(target + 1);
  const cell = cellAt(target, Math.max(0, Math.min(column, dates.length + 1)));
  cell.tabIndex = 0;
  cell.focus();
}

/** One cell at a time can be reached with Tab: the one that had the focus last. */
function noteFocus(event) {
  const cell = event.target.closest("td, th");
  const before = cellAt(grid.row, grid.column);
  if (before !== event.target) before.tabIndex = -1;
  [grid.row, grid.column] = [cell.parentNode.rowIndex, cell.cellIndex];
  event.target.tabIndex = 0;
}
