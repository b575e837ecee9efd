// What is wrong with names, labels, headings and tables.
() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)].filter((node) => node.offsetParent !== null);
  const tell = (what, node) => wrong.push(`${what}: ${node.outerHTML.slice(0, 120)}`);
  const check = (selector, what, holds) => all(selector).filter((node) => !holds(node)).forEach((node) => tell(what, node));
  const hasText = (node) => node.textContent.trim() !== "";
  const isLabel = (label, of) => [...label.childNodes].some((part) => part !== of && hasText(part));
  const ids = (node, name) => (node.getAttribute(name) || "").split(/\s+/).filter(Boolean);

  check("input, select", "no label", (node) => [...node.labels].some((label) => isLabel(label, node)));
  check("a, button", "no name", (node) => node.getAttribute("aria-label") || hasText(node));
  check("table", "no caption", (node) => node.caption && hasText(node.caption));
  check("th", "no scope", (node) => node.scope);
  check("table:not(.calendar) tbody tr", "no row heading", (node) => node.querySelector("th"));
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    check(`[${name}]`, `${name} leads nowhere`, (node) => ids(node, name).every((id) => document.getElementById(id)));
  }
  const names = [...document.querySelectorAll("[id]")].map((node) => node.id);
  names.filter((id, i) => names.indexOf(id) !== i).forEach((id) => wrong.push(`twice #${id}`));
  const levels = all("h1, h2, h3, h4").map((node) => Number(node.tagName[1]));
  levels.forEach((level, i) => {
    if (level > (levels[i - 1] || 0) + 1) wrong.push(`h${level} skips a level`);
  });
  for (const part of ["h1", "main", "nav", "header", "footer"]) {
    if (document.querySelectorAll(part).length !== 1) wrong.push(`not one ${part}`);
  }
  if (document.documentElement.scrollWidth > window.innerWidth) wrong.push("wider than the window");
  return wrong;
}
