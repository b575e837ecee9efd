// The ledger of eligibility: each decision, by which rule and on what evidence.

const SHOWN = {
  all: () => true,
  barred: (person) => !ledger.may[person],
  refused: (person) => ["refused", "partial"].includes(ledger.application[person]),
};

function showLedger() {
  const found = findPeople();
  const shown = found.filter(SHOWN[state.show]);
  const choose = make("select", { id: "show", change: (event) => chooseShown(event.target.value) },
    ...Object.keys(SHOWN).map((key) => make("option", { value: key, selected: key === state.show }, title(say(`show_${key}`)))));
  const bar = make("div", { class: "stepper" }, make("label", {}, make("span", {}, say("show")), choose),
    make("span", { class: "note", role: "status" }, say("found", { count: count(shown.length), total: count(people.nip.length) })));
  return [makeRuleTable(found), make("div", { class: "card" }, make("h3", {}, say("decisions")), bar,
    shown.length ? makeLedgerTable(shown) : makeNobody())];
}

function chooseShown(value) {
  state.show = value;
  render();
  byId("show").focus();
}

function makeRuleTable(found) {
  const barred = new Map();
  for (const person of found) {
    const rule = ledger.rule[person];
    if (!ledger.may[person]) barred.set(rule, (barred.get(rule) || 0) + 1);
  }
  if (!barred.size) return null;
  const rows = [...barred].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number, many]) => {
    const rule = data.rules[number];
    return make("tr", {}, make("th", { scope: "row" }, phrase(rule.text)), make("td", {}, rule.source || "–"),
      make("td", { class: "number" }, count(many)));
  });
  const head = ["rule", "source", "barred"].map((key) =>
    make("th", { scope: "col", class: key === "barred" ? "number" : null }, title(say(key))));
  const table = make("table", { class: "plain" }, make("caption", { class: "hidden" }, say("by_rule")),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  return make("div", { class: "card" }, make("h3", {}, say("by_rule")), scroll(table, say("by_rule")));
}

function makeLedgerTable(shown) {
  const keys = ["name", "decision", "rule", "evidence", "would_change", "application"];
  const body = make("tbody");
  const [, sentinel] = fill(body, shown, makeLedgerRow);
  const table = make("table", { class: "plain ledger" }, make("caption", { class: "hidden" }, say("decisions")),
    make("thead", {}, make("tr", {}, ...keys.map((key) => make("th", { scope: "col" }, say(key))))), body);
  return make("div", {}, scroll(table, say("decisions")), sentinel);
}

function makeLedgerRow(person) {
  const rule = ledger.rule[person] < 0 ? null : data.rules[ledger.rule[person]];
  const application = ledger.application[person];
  const small = (text) => (text ? make("small", {}, text) : null);
  return make("tr", {},
    make("th", { scope: "row" }, linkPerson(person), small(join(people.name[person] && people.nip[person], placeOf(person)))),
    make("td", {}, makeVerdict(person)),
    make("td", {}, rule ? phrase(rule.text) : "–", small(rule && rule.source)),
    make("td", {}, phrase(ledger.evidence[person]) || "–"),
    make("td", {}, phrase(ledger.would_change[person]) || "–"),
    make("td", {}, say(application || "no_application"), small(application === "refused" && !ledger.may[person] ? "" : phrase(ledger.reason[person]))));
}
