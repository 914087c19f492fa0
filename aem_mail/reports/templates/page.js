"use strict";
// Nothing here writes markup, and neither of the two characters that XML keeps for itself is used, so that the page is well-formed as XML.
{
  const form = document.getElementById("filters");
  const entries = Array.from(document.querySelectorAll("#findings .entry"), (element) => ({
    element,
    severity: element.dataset.severity,
    kind: element.dataset.kind,
    group: element.closest(".group").dataset.group,
    text: element.textContent.toLowerCase(),
  }));
  const groups = Array.from(document.querySelectorAll("#findings > .group"));
  const field = (name) => form.elements.namedItem(name);
  const boxes = Array.from(form.querySelectorAll("input[name=severity]"));
  const FEW = 5;
  const number = new Intl.NumberFormat("en");

  const matching = () => {
    const words = field("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    return (entry) =>
      [
        severities.has(entry.severity),
        ["", entry.kind].includes(field("kind").value),
        ["", entry.group].includes(field("group").value),
        words.every((word) => entry.text.includes(word)),
      ].every(Boolean);
  };

  const show = () => {
    const matches = matching();
    const filled = new Set();
    let count = 0;
    for (const entry of entries) {
      const shown = matches(entry);
      entry.element.hidden = !shown;
      if (shown) {
        count += 1;
        filled.add(entry.group);
      }
    }
    const few = [count !== entries.length, FEW >= filled.size].every(Boolean);
    for (const group of groups) {
      group.hidden = !filled.has(group.dataset.group);
      if (few) group.open = true;
    }
    document.getElementById("none").hidden = entries.length === 0 ? true : count !== 0;
    field("shown").value = `${number.format(count)} of ${number.format(entries.length)} findings`;
  };

  const remember = () => {
    const chosen = new URLSearchParams();
    for (const name of ["text", "kind", "group"]) if (field(name).value) chosen.set(name, field(name).value);
    const hidden = boxes.filter((box) => !box.checked).map((box) => box.value);
    if (hidden.length) chosen.set("without", hidden.join(","));
    history.replaceState(null, "", chosen.size ? `#${chosen}` : location.pathname + location.search);
  };

  const recall = () => {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const name of ["text", "kind", "group"]) if (chosen.has(name)) field(name).value = chosen.get(name);
    const hidden = (chosen.get("without") ?? "").split(",");
    for (const box of boxes) box.checked = !hidden.includes(box.value);
  };

  const fold = (open) => {
    for (const group of groups) if (!group.hidden) group.open = open;
  };

  form.addEventListener("input", () => {
    show();
    remember();
  });
  form.addEventListener("reset", () => setTimeout(() => form.dispatchEvent(new Event("input"))));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.namedItem("unfold").addEventListener("click", () => fold(true));
  form.elements.namedItem("fold").addEventListener("click", () => fold(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/") return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    field("text").focus();
  });
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open], .quiet)")) {
      details.open = true;
      details.dataset.folded = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll("details[data-folded]")) {
      details.open = false;
      delete details.dataset.folded;
    }
  });

  if (entries.length > 1) {
    form.hidden = false;
    recall();
    show();
  }
}
