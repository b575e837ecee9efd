// Who is where on one day.

function showDay() {
  const date = dates[state.day];
  const choose = make("select", { id: "choose-day", change: (event) => openDay(Number(event.target.value)) },
    ...dates.map((each, day) => make("option", { value: String(day), selected: day === state.day }, longDate(each))));
  const bar = make("div", { class: "stepper" },
    makeStep("previous", state.day > 0, () => openDay(state.day - 1)),
    make("label", {}, make("span", { class: "hidden" }, say("choose_day")), choose),
    makeStep("next", state.day < dates.length - 1, () => openDay(state.day + 1)));
  const shown = make("p", { class: "date hidden", "aria-live": "polite" }, longDate(date));
  return [bar, shown, people ? makeDayLists() : makeDayTable()];
}

function makeStep(key, possible, step) {
  return make("button", { type: "button", id: `step-${key}`, disabled: !possible, click: step }, say(key));
}

function openDay(day) {
  location.hash = `#day/${data.days[day]}`;
}

function makeDayLists() {
  const found = findPeople();
  if (!found.length) return makeNobody();
  const columns = STATUS.map((status, code) => {
    const here = found.filter((person) => statusOf(person, state.day) === code);
    const list = make("ul", { class: "names" });
    const [, sentinel] = fill(list, here, makeEntry);
    const head = make("h3", {}, make("span", { class: `swatch ${status}` }), data.statuses[code],
      make("span", { class: "tally" }, count(here.length)));
    return make("section", { class: "card", "aria-label": say(status) }, head, list, sentinel);
  });
  return make("div", { class: "columns" }, ...columns);
}

function makeEntry(person) {
  return make("li", {}, linkPerson(person), make("small", {}, placeOf(person)));
}

function makeDayTable() {
  const opds = findOpds();
  const rows = opds.map((opd) => make("tr", {}, make("th", { scope: "row" }, linkOpd(opd)),
    ...STATUS.map((status) => make("td", { class: "number" }, count(data.counts[status][opd][state.day])))));
  const heads = countHeads(opds);
  const total = make("tr", { class: "total" }, make("th", { scope: "row" }, say("all_opds")),
    ...STATUS.map((status) => make("td", { class: "number" }, count(heads[status][state.day]))));
  const head = [make("th", { scope: "col" }, say("opd")),
    ...STATUS.map((status) => make("th", { scope: "col", class: "number" }, title(say(status))))];
  const table = make("table", { class: "plain narrow" }, make("caption", { class: "hidden" }, longDate(dates[state.day])),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows, total));
  return make("div", { class: "card" }, scroll(table, longDate(dates[state.day])));
}
