// Figures of all OPDs, and the groups that need somebody on site.

function showOverview() {
  const opds = findOpds();
  const heads = countHeads(opds);
  return [makeTiles(opds, heads), makeChart(heads), makeOpdTable(opds), makeObjectives()];
}

function makeTiles(opds, heads) {
  const [site, remote] = [sum(heads.on_site), sum(heads.remote)];
  const shares = opds.flatMap((opd) => dates.map((_date, day) => shareOnSite(opd, day)));
  const floors = findFloors();
  const short = sum(floors.map(countShort));
  const asked = sum(floors.map((floor) => floor.needed.filter((value) => value !== null).length));
  const tiles = [
    [count(sum(opds.map((opd) => data.sizes[opd]))), say("asn")],
    [count(dates.length), say("workdays")],
    [percent(remote, site + remote), say("remote_share")],
    [percent(Math.min(1, ...shares), 1), say("least_on_site")],
  ];
  if (asked) tiles.push([percent(asked - short, asked), say("minima_kept")]);
  const write = ([value, name]) => make("div", {}, make("dt", {}, name), make("dd", {}, value));
  return make("dl", { class: "tiles" }, ...tiles.map(write));
}

function shareOnSite(opd, day) {
  const [site, remote] = [data.counts.on_site[opd][day], data.counts.remote[opd][day]];
  return site + remote ? site / (site + remote) : 1;
}

function makeChart(heads) {
  const top = Math.max(1, ...dates.map((_date, day) => sum(STATUS.map((status) => heads[status][day]))));
  const bars = dates.map((date, day) => {
    const words = STATUS.map((status) => `${count(heads[status][day])} ${say(status)}`).join(", ");
    const stack = make("span", { class: "stack", "aria-hidden": "true" });
    for (const status of [...STATUS].reverse()) {
      const part = make("span", { class: status });
      part.style.height = `${(100 * heads[status][day]) / top}%`;
      stack.append(part);
    }
    const days = [make("b", {}, String(date.getUTCDate())), weekdayName(date).slice(0, 3)];
    const name = { "aria-label": `${longDate(date)}: ${words}`, title: `${briefDate(date)}: ${words}` };
    const bar = make("a", { href: `#day/${data.days[day]}`, ...name }, stack, ...days);
    return make("li", { class: startsWeek(day) ? "week" : null }, bar);
  });
  return make("div", { class: "card" },
    make("h3", {}, say("by_day")), makeLegend(), make("ol", { class: "chart" }, ...bars));
}

function makeLegend() {
  const items = STATUS.map((status, code) => {
    const label = data.statuses[code];
    return make("li", {}, make("span", { class: `swatch ${status}` }), `${label} (${say(status)})`);
  });
  return make("ul", { class: "legend" }, ...items);
}

function makeOpdTable(opds) {
  const headings = ["opd", "asn", "may_be_remote", "remote_days", "leave_days", "remote_share", "least_on_site"];
  const shown = headings.filter((key) => key !== "may_be_remote" || data.eligible);
  const rows = opds.map((opd) => {
    const [site, remote, leave] = STATUS.map((status) => sum(data.counts[status][opd]));
    const least = Math.min(...dates.map((_date, day) => shareOnSite(opd, day)));
    const values = [count(data.sizes[opd]), data.eligible ? count(data.eligible[opd]) : null,
      count(remote), count(leave), percent(remote, site + remote), percent(least, 1)];
    const cells = values.filter((value) => value !== null).map((value) => make("td", { class: "number" }, value));
    return make("tr", {}, make("th", { scope: "row" }, linkOpd(opd)), ...cells);
  });
  const head = shown.map((key) => make("th", { scope: "col", class: key === "opd" ? null : "number" }, title(say(key))));
  const table = make("table", { class: "plain" }, make("caption", { class: "hidden" }, say("by_opd")),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  const note = data.left_out ? say("left_out", { count: data.smallest, left: data.left_out }) : null;
  return make("div", { class: "card" }, make("h3", {}, say("by_opd")), scroll(table, say("by_opd")),
    note && make("p", { class: "note" }, note));
}

function linkOpd(opd) {
  const name = data.opds[opd];
  if (data.pages) return make("a", { href: data.pages[opd] }, name);
  if (!people) return name;
  const open = () => {
    chooseOpd(opd);
    location.hash = "#grid";
  };
  return make("button", { type: "button", class: "link", click: open }, name);
}

function makeObjectives() {
  if (!data.objectives.length) return null;
  const place = Object.keys(data.labels).indexOf(state.language);
  const rows = data.objectives.map((each) => make("tr", {},
    make("th", { scope: "row" }, title(each.names[place])),
    make("td", { class: "number" }, count(each.value)),
    make("td", {}, say(each.proven ? "proven" : "not_proven"))));
  const head = ["objective", "value", "proof"].map((key) =>
    make("th", { scope: "col", class: key === "value" ? "number" : null }, title(say(key))));
  const table = make("table", { class: "plain narrow" }, make("caption", { class: "hidden" }, say("objectives")),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  return make("div", { class: "card" }, make("h3", {}, say("objectives")), scroll(table, say("objectives")));
}

/** What is wider than a phone scrolls by itself, with the keyboard too. */
function scroll(table, name) {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, table);
}

// -------------------------------------------------------------------- minimums

const findFloors = () => data.floors.filter((floor) => state.opd < 0 || floor.opds.includes(state.opd));
const isShort = (floor, day) => floor.needed[day] !== null && floor.found[day] < floor.needed[day];
const countShort = (floor) => dates.filter((_date, day) => isShort(floor, day)).length;

function showCoverage() {
  const floors = findFloors();
  if (!floors.length) return [make("p", { class: "card note" }, say("coverage_none"))];
  const short = sum(floors.map(countShort));
  const verdict = short ? say("coverage_short", { count: count(short) }) : say("coverage_kept");
  const body = make("tbody");
  const [, sentinel] = fill(body, headByRule(floors), (floor) => (floor.label === undefined ? makeRuleHead(floor) : makeFloor(floor)));
  const table = make("table", { class: "plain days" }, make("caption", { class: "hidden" }, say("coverage")),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("group")),
      ...dates.map((date, day) => make("th", { scope: "col", class: startsWeek(day) ? "week" : null, "aria-label": longDate(date) },
        make("span", {}, weekdayName(date).slice(0, 3)), make("b", {}, String(date.getUTCDate())))))), body);
  return [make("p", { class: short ? "verdict short" : "verdict kept" }, verdict),
    make("p", { class: "note" }, say("coverage_help")), scroll(table, say("coverage")), sentinel];
}

/** The groups of a rule below what it says. */
function headByRule(floors) {
  return floors.flatMap((floor, i) =>
    (i && floors[i - 1].rule === floor.rule ? [floor] : [{ rule: floor.rule, target: floor.target }, floor]));
}

function makeRuleHead(head) {
  const rule = data.rules[head.rule];
  const text = phrase(rule.text) + (head.target ? ` (${say("target")})` : "");
  return make("tr", { class: "rule" }, make("th", { scope: "colgroup", colspan: String(dates.length + 1) },
    make("span", {}, text), rule.source ? make("small", {}, rule.source) : null));
}

function makeFloor(floor) {
  const head = make("th", { scope: "row" }, floor.label || say("everyone"));
  return make("tr", {}, head, ...dates.map((date, day) => makeFloorCell(floor, day)));
}

function makeFloorCell(floor, day) {
  const [needed, found] = [floor.needed[day], floor.found[day]];
  const week = startsWeek(day) ? " week" : "";
  if (needed === null) return make("td", { class: `off${week}` }, count(found));
  const kind = found < needed ? "short" : found === needed ? "tight" : "met";
  const hint = kind === "met" ? null : make("span", { class: "hidden" }, ` ${say(kind)}`);
  return make("td", { class: kind + week }, make("b", {}, count(found)), make("small", {}, `/${count(needed)}`), hint);
}
