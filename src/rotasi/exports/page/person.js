// One person: calendar, totals and the decision on them.

function openPerson(person) {
  location.hash = `#person/${person}`;
}

function linkPerson(person) {
  return make("a", { href: `#person/${person}` }, nameOf(person));
}

function showPerson() {
  return state.person === null ? listPeople() : describePerson(state.person);
}

function listPeople() {
  const found = findPeople();
  if (!found.length) return [makeNobody()];
  const list = make("ul", { class: "names many" });
  const [, sentinel] = fill(list, found, (person) => make("li", {}, linkPerson(person),
    make("small", {}, join(people.name[person] && people.nip[person], placeOf(person)))));
  return [make("p", { class: "note" }, say("choose_person")), make("div", { class: "card" }, list, sentinel)];
}

function describePerson(person) {
  const name = make("h3", { class: "name" }, nameOf(person));
  const place = join(people.nip[person], opdOf(person), unitOf(person));
  const totals = STATUS.map((status, code) => {
    const key = { on_site: "on_site_days", remote: "remote_days", on_leave: "leave_days" }[status];
    return make("div", { class: status }, make("dt", {}, say(key)), make("dd", {}, count(daysOf(person, code))));
  });
  return [makePersonSteps(person), make("div", { class: "person" },
    make("div", { class: "card" }, name, make("p", { class: "note" }, place),
      make("dl", { class: "tiles small" }, ...totals), makeCalendar(person), makeLegend()),
    ledger && makeDecision(person))];
}

function makePersonSteps(person) {
  const found = findPeople();
  const at = found.indexOf(person);
  return make("div", { class: "stepper" },
    make("a", { class: "button", href: "#person" }, say("all_people")),
    makeStep("previous", at > 0, () => openPerson(found[at - 1])),
    makeStep("next", at >= 0 && at < found.length - 1, () => openPerson(found[at + 1])));
}

/** Weeks from Monday to Sunday; days off stay empty. */
function makeCalendar(person) {
  const workday = new Map(data.days.map((text, day) => [text, day]));
  const [first, last] = [new Date(`${data.start}T00:00:00Z`), new Date(`${data.end}T00:00:00Z`)];
  const at = new Date(first);
  at.setUTCDate(at.getUTCDate() - weekday(at));
  const weeks = [];
  for (; at <= last;) {
    const week = make("tr");
    for (let number = 0; number < 7; number += 1) {
      week.append(at < first || at > last ? make("td", { class: "outside" }) : makeCalendarDay(person, at, workday));
      at.setUTCDate(at.getUTCDate() + 1);
    }
    weeks.push(week);
  }
  const head = labels().weekdays.map((name) => make("th", { scope: "col", abbr: name }, name.slice(0, 3)));
  return make("table", { class: "calendar" }, make("caption", { class: "hidden" }, `${say("calendar")}: ${nameOf(person)}`),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...weeks));
}

function makeCalendarDay(person, date, workday) {
  const text = date.toISOString().slice(0, 10);
  const short = date.getUTCDate() === 1 || text === data.start ? `${date.getUTCDate()} ${monthName(date).slice(0, 3)}` : String(date.getUTCDate());
  const time = make("time", { datetime: text }, short);
  if (!workday.has(text)) return make("td", { class: "free" }, time, make("span", { class: "hidden" }, say("day_off")));
  const status = statusOf(person, workday.get(text));
  return make("td", { class: STATUS[status] }, time, make("b", {}, data.statuses[status]));
}

// -------------------------------------------------------------------- the decision

function makeDecision(person) {
  const rule = ledger.rule[person] < 0 ? null : data.rules[ledger.rule[person]];
  const rows = [
    [say("rule"), rule && phrase(rule.text)],
    [say("source"), rule && rule.source],
    [say("evidence"), phrase(ledger.evidence[person])],
    [say("also"), ledger.also[person]],
    [say("would_change"), phrase(ledger.would_change[person])],
    [say("days_open"), say("of_wishes", { granted: ledger.days_open[person], wishes: dates.length })],
    [say("application"), say(ledger.application[person] || "no_application")],
    [say("reason"), phrase(ledger.reason[person])],
    [say("wishes"), ledger.wishes[person] ? say("of_wishes", { granted: ledger.wishes_granted[person], wishes: ledger.wishes[person] }) : null],
  ];
  const shown = rows.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]);
  return make("section", { class: "card decision", "aria-label": say("decision") },
    make("h3", {}, say("decision"), makeVerdict(person)), make("dl", { class: "facts-list" }, ...shown));
}

function makeVerdict(person) {
  const may = ledger.may[person];
  return make("span", { class: may ? "badge yes" : "badge no" }, say(may ? "may" : "may_not"));
}
