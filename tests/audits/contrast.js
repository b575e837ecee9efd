// Texts with too little contrast, by WCAG 2.2, success criterion 1.4.3.
() => {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const isOpaque = (colour) => colour.length === 3 || colour[3] === 1;

  function behind(node) {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (isOpaque(colour)) return colour;
    }
    return [255, 255, 255];
  }

  function isRead(node) {
    if (node.offsetParent === null || node.closest(".hidden, .skip, :disabled, option, noscript, script")) return false;
    if (parseFloat(getComputedStyle(node).fontSize) === 0) return false;
    return [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  }

  const wrong = new Set();
  for (const node of [...document.querySelectorAll("body *")].filter(isRead)) {
    const style = getComputedStyle(node);
    const lights = [luminance(parse(style.color)), luminance(behind(node))];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) wrong.add(`${ratio.toFixed(2)}: ${node.tagName}.${node.className} ${node.textContent}`);
  }
  return [...wrong];
}
