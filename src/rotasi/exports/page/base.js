"use strict";
// Data, words, dates and elements. Text enters the page as text only, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const people = data.people || null;
const ledger = data.ledger || null;
const STATUS = ["on_site", "remote", "on_leave"];
const state = {
  language: data.language, view: "overview", day: 0, person: null,
  query: "", opd: -1, unit: -1, show: "all",
};

const byId = (id) => document.getElementById(id);
const labels = () => data.labels[state.language];
const phrase = (number) => data.phrases[state.language][number];

function say(key, fields = {}) {
  return labels()[key].replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

const count = (value) => new Intl.NumberFormat(state.language).format(value);
const percent = (part, whole) =>
  whole ? new Intl.NumberFormat(state.language, { style: "percent" }).format(part / whole) : "–";

function title(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Make an element; children are elements or text, handlers are functions. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Dates are those of the calendar, whatever the reader's clock and time zone.
const dates = data.days.map((text) => new Date(`${text}T00:00:00Z`));
const weekday = (date) => (date.getUTCDay() + 6) % 7;
const weekdayName = (date) => labels().weekdays[weekday(date)];
const monthName = (date) => labels().months[date.getUTCMonth()];
const startsWeek = (day) => day > 0 && weekday(dates[day]) <= weekday(dates[day - 1]);

function briefDate(date) {
  return `${weekdayName(date).slice(0, 3)} ${date.getUTCDate()} ${monthName(date).slice(0, 3)}`;
}

function plainDate(date) {
  return `${date.getUTCDate()} ${monthName(date)} ${date.getUTCFullYear()}`;
}

function longDate(date) {
  return `${weekdayName(date)}, ${plainDate(date)}`;
}

const join = (...texts) => texts.filter(Boolean).join(" · ");
const sum = (values) => values.reduce((total, value) => total + value, 0);

// -------------------------------------------------------------------- who is meant

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const haystacks = people ? people.nip.map((nip, i) => plain(`${people.name[i]} ${nip}`)) : [];
const nameOf = (person) => people.name[person] || people.nip[person];
const unitOf = (person) => people.units[people.unit[person]];
const opdOf = (person) => data.opds[people.opd[person]];
const statusOf = (person, day) => Number(people.days[person][day]);
const daysOf = (person, status) => [...people.days[person]].filter((code) => Number(code) === status).length;

function placeOf(person) {
  return join(data.opds.length > 1 && opdOf(person), unitOf(person));
}

/** Rows of the people that the filters let through. */
function findPeople() {
  const words = plain(state.query).split(/\s+/).filter(Boolean);
  const found = [];
  for (let i = 0; i < haystacks.length; i += 1) {
    if (state.opd >= 0 && people.opd[i] !== state.opd) continue;
    if (state.unit >= 0 && people.unit[i] !== state.unit) continue;
    if (words.every((word) => haystacks[i].includes(word))) found.push(i);
  }
  return found;
}

/** Numbers of the OPDs that the filter lets through. */
function findOpds() {
  return data.opds.map((_name, opd) => opd).filter((opd) => state.opd < 0 || opd === state.opd);
}

/** Heads of some OPDs per day, by status. */
function countHeads(opds) {
  const heads = {};
  for (const status of STATUS) {
    heads[status] = dates.map((_date, day) => sum(opds.map((opd) => data.counts[status][opd][day])));
  }
  return heads;
}

// -------------------------------------------------------------------- long lists

const PIECE = 30; // fills a screen: what is typed is answered at once
let lists = []; // those of the view that is shown

/** Fill a list piece by piece, as its end comes into sight; printing fills all of it. */
function fill(parent, items, write, scroller = null) {
  let done = 0;
  const sentinel = make("div", { class: "sentinel", "aria-hidden": "true" });
  const list = {
    until(end) {
      const piece = document.createDocumentFragment();
      for (; done < Math.min(end, items.length); done += 1) piece.append(write(items[done], done));
      parent.append(piece);
    },
    stop: () => observer.disconnect(),
    all: () => list.until(items.length),
  };
  const observer = new IntersectionObserver((entries) => {
    if (!entries[entries.length - 1].isIntersecting || done >= items.length) return;
    list.until(done + 2 * PIECE);
    observer.unobserve(sentinel); // to be told again while it stays in sight
    observer.observe(sentinel);
  }, { root: scroller, rootMargin: "300px" });
  list.until(PIECE);
  if (done < items.length) observer.observe(sentinel);
  lists.push(list);
  return [list, sentinel];
}

function dropLists() {
  lists.forEach((list) => list.stop());
  lists = [];
}
