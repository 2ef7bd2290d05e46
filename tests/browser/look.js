// What axe holds against the page. Contrast depends on nothing but the colours, the size and the weight of a text and on
// what stands behind it: of all texts that are alike in these, one is looked at, and none whose pairing is in `seen`.
async (seen) => {
  const behind = new Map();
  const ground = (node) => {
    if (!node) return "";
    if (!behind.has(node)) {
      const style = getComputedStyle(node);
      const clear = /^rgba\(.*, 0\)$/.test(style.backgroundColor) && style.backgroundImage === "none";
      const own = clear ? "" : style.backgroundColor + style.backgroundImage;
      // What leaves the flow may lie over anything: alike on this page only.
      const place = /absolute|fixed|sticky/.test(style.position) ? location.pathname : "";
      const faded = style.opacity === "1" ? "" : style.opacity;
      behind.set(node, [ground(node.parentElement), own, place, faded].filter(Boolean).join(";"));
    }
    return behind.get(node);
  };
  const disabled = (node) =>
    Boolean(node.closest(":disabled, [aria-disabled=true], [inert]") || node.closest("label")?.control?.disabled);
  const speaks = (node) => node.matches("input:not([type=hidden]), select, textarea")
    || [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const pairings = new Map();
  for (const node of document.body.querySelectorAll("*")) {
    if (!speaks(node) || !node.checkVisibility() || disabled(node)) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node);
    const pairing = [color, fontSize, fontWeight, textShadow, ground(node)].join(" ");
    if (!pairings.has(pairing)) pairings.set(pairing, node);
  }
  for (const known of seen) pairings.delete(known);
  for (const node of pairings.values()) node.dataset.look = "";
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  const { violations } = await axe.run(document, { reporter: "no-passes", selectors: false });
  for (const node of pairings.values()) delete node.dataset.look;
  const faults = violations.map((v) =>
    `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
  return [faults, [...pairings.keys()]];
}
