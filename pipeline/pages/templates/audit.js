(function () {
  "use strict";
  const PAGE = 100;
  const MARKS = {
    "not signed": "○", accepted: "✓", queried: "?", rejected: "✗", reopened: "↺",
    shown: "●", suppressed: "–", empty: "∅", quoted: "❝",
  };
  const at = (id) => document.getElementById(id);
  const form = document.querySelector(".controls"), body = document.querySelector(".numbers tbody");
  const found = document.querySelector(".found"), pager = document.querySelector(".pager");
  const exhibits = Object.fromEntries(JSON.parse(at("exhibits").textContent).map((e) => [e.exhibit, e]));
  const opened = new Set(), unpacked = {};
  let figures = [], shown = [], page = 0, target = "";

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(at(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }
  function behind(exhibit) {
    if (!unpacked[exhibit]) { unpacked[exhibit] = unpack("behind-" + exhibit); }
    return unpacked[exhibit];
  }
  function element(name, text, classes) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) { made.textContent = text; }
    if (classes) { made.className = classes; }
    return made;
  }
  const marked = (word) => (MARKS[word] ? MARKS[word] + " " : "") + word;
  const short = (raw) => (raw.length > 10 ? String(Number(Number(raw).toPrecision(8))) : raw);
  const verdict = (f) => f.difference.split(":")[0];

  // The table: what the filters leave, a hundred rows at a time.
  function choices(name, values, otherwise) {
    values.forEach((value) => {
      const option = element("option", value || otherwise);
      option.value = value || "none";
      form.elements[name].appendChild(option);
    });
  }
  function filtered() {
    const asked = Object.fromEntries(new FormData(form));
    const words = asked.search.toLowerCase().split(/\s+/).filter(Boolean);
    const is = (name, value) => !asked[name] || asked[name] === (value || "none");
    shown = figures.filter((f) => is("exhibit", f.exhibit) && is("state", f.state) && is("status", f.status) &&
      is("recomputed", f.recomputed) && is("difference", verdict(f)) && f.risk >= Number(asked.risk) &&
      words.every((word) => f.words.includes(word)));
    if (asked.order === "risk") { shown = shown.slice().sort((a, b) => b.risk - a.risk || a.order - b.order); }
  }
  function draw() {
    const first = page * PAGE, last = Math.min(first + PAGE, shown.length);
    body.replaceChildren();
    shown.slice(first, last).forEach((f) => {
      body.appendChild(row(f));
      if (opened.has(f.cell)) { open(f); }
    });
    found.textContent = shown.length.toLocaleString("en") + " of " + figures.length.toLocaleString("en") + " numbers";
    pager.hidden = shown.length <= PAGE;
    pager.querySelector("span").textContent = (first + 1).toLocaleString("en") + "–" + last.toLocaleString("en");
    pager.querySelector(".previous").disabled = page === 0;
    pager.querySelector(".next").disabled = last >= shown.length;
  }
  function row(f) {
    const line = element("tr", null, f.cell === target ? "target" : ""), head = element("th");
    line.id = f.cell;
    head.scope = "row";
    const button = element("button", null, "cell"), address = element("span");
    f.cell.split(/(?=[._])/).forEach((part) => address.append(part, document.createElement("wbr")));
    button.appendChild(address);
    button.type = "button";
    button.setAttribute("aria-expanded", String(opened.has(f.cell)));
    button.addEventListener("click", () => toggle(f));
    head.append(button, element("span", f.label, "label"));
    line.appendChild(head);
    [[f.shown, "number"], [short(f.raw), "number"], [f.numerator, "number"], [f.denominator, "number"], [f.n, "number"],
      [f.question], [f.filter], [[f.published, f.difference].filter(Boolean).join(", ")],
      [[f.status === "shown" ? "" : marked(f.status), f.flag].filter(Boolean).join(", ")],
      [[marked(f.state), f.note].filter(Boolean).join(": ")], [f.risk, "number"],
    ].forEach(([text, classes]) => line.appendChild(element("td", text, classes)));
    line.classList.toggle("opened", opened.has(f.cell));
    return line;
  }

  // A row opens to what stands behind the number.
  function toggle(f) {
    const line = at(f.cell), isOpen = opened.has(f.cell);
    if (isOpen) { opened.delete(f.cell); line.nextSibling.remove(); } else { opened.add(f.cell); open(f); }
    line.classList.toggle("opened", !isOpen);
    line.querySelector("button").setAttribute("aria-expanded", String(!isOpen));
  }
  function open(f) {
    const line = element("tr"), cell = element("td"), box = element("div", null, "behind");
    cell.colSpan = 12;
    cell.appendChild(box);
    line.appendChild(cell);
    at(f.cell).after(line);
    behind(f.exhibit).then((all) => fill(box, f, all));
  }
  function fill(box, f, all) {
    const mine = all.behind[f.cell] || {}, members = all.behind[f.primary] || {};
    const exhibit = exhibits[f.exhibit] || {};
    const name = ([row]) => all.rows[row][0];
    definitions(box, [
      ["Formula", f.formula], ["Unrounded", f.raw],
      ["Numerator ÷ denominator", f.numerator && f.denominator ? f.numerator + " ÷ " + f.denominator : ""],
      ["Exhibit", exhibit.title], ["Question", [f.question, exhibit.question_text].filter(Boolean).join(": ")],
      ["Counts", f.counts], ["Base", exhibit.base], ["Filter", f.filter],
      ["Published", [f.published, f.difference].filter(Boolean).join(", ")],
      ["Decisions", f.moved && "changed in print " + f.moved],
      ["Risk", f.risk ? f.risk + ": " + f.reasons.join("; ") : ""],
    ]);
    listing(box, "Recomputed", ["Engine", "Value", "n", "Printed", "Verdict", "Formula"],
      (mine.recomputations || []).map(([engine, version, formula, value, n, printed, said, why]) =>
        [engine + " " + version, value, n, printed, [said.replace("_", " "), why].filter(Boolean).join(": "), formula]));
    listing(box, "From received to used", ["Step", "Left", "Lost", "Why", "Who"],
      (members.path || []).flatMap(([step, left, lost]) => (lost.length ? lost : [["", []]]).map(([why, who], i) =>
        [i ? "" : step, i ? "" : left, why && who.length, why, who.map(name).join(", ")])));
    const used = members.used || [], ranked = used.some((m) => m[3] !== null), counted = used.some((m) => m[4]);
    const heads = [...(ranked ? ["Rank"] : []), "Respondent", "Raw row", "Raw text", "Value",
      ...(counted ? ["Counts"] : []), ...(ranked ? ["Sets the figure"] : [])];
    listing(box, "Members: " + used.length, heads, used.map(([row, text, value, rank, counts, sets]) =>
      [...(ranked ? [rank] : []), ...all.rows[row], all.texts[text], value,
        ...(counted ? [counts ? "yes" : ""] : []), ...(ranked ? [sets ? "yes" : ""] : [])]),
    (i) => (used[i][5] ? "sets" : ""));
    listing(box, "Corrections of answers behind it", ["Respondent", "Raw row", "Answer", "From", "To", "Why", "By", "Decision"],
      members.corrections || []);
    listing(box, "Where it is printed", ["Medium", "As", "Exhibit", "Anchor", "Page", "Text"],
      (mine.appearances || []).map(([medium, as, exhibit, anchor, page, text]) =>
        [medium, as.replace("_", " "), exhibit, medium === "html" ? link("report.html#" + anchor, anchor) : anchor, page, text]));
    listing(box, "Signed", ["Reviewer", "Verdict", "Note", "Time", "State"], mine.signoffs || []);
  }
  function link(address, text) {
    const made = element("a", text);
    made.href = address;
    return made;
  }
  function definitions(box, pairs) {
    const list = element("dl");
    pairs.filter((pair) => pair[1]).forEach(([name, text]) => list.append(element("dt", name), element("dd", text)));
    box.appendChild(list);
  }
  function listing(box, title, heads, lines, classes) {
    if (!lines.length) { return; }
    const said = heads.map((_, i) => lines.some((line) => line[i] !== null && line[i] !== ""));
    const kept = (line) => line.filter((_, i) => said[i]);
    const scroll = element("div", null, "list"), table = element("table"), head = element("tr"), rows = element("tbody");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    kept(heads).forEach((text) => { const th = element("th", text); th.scope = "col"; head.appendChild(th); });
    lines.forEach((line, i) => {
      const tr = element("tr", null, classes ? classes(i) : "");
      kept(line).forEach((text) => {
        const td = element("td");
        td.append(text === null ? "" : text);
        tr.appendChild(td);
      });
      rows.appendChild(tr);
    });
    const top = element("thead");
    top.appendChild(head);
    table.append(top, rows);
    scroll.appendChild(table);
    box.append(element("h3", title), scroll);
  }

  // A link to a number arrives at its row, whatever the filters are, and opens it.
  function arrive() {
    const id = decodeURIComponent(location.hash.slice(1)), f = figures.find((each) => each.cell === id);
    if (!f) { return; }
    target = id;
    if (!shown.includes(f)) { form.reset(); filtered(); }
    page = Math.floor(shown.indexOf(f) / PAGE);
    opened.add(id);
    draw();
    at(id).scrollIntoView({ block: "center" });
    at(id).querySelector("button").focus({ preventScroll: true });
  }
  function csv() {
    const quoted = (value) => '"' + String(Array.isArray(value) ? value.join("; ") : value).replace(/"/g, '""') + '"';
    const names = Object.keys(figures[0]).filter((name) => !["words", "order"].includes(name));
    const lines = [names, ...figures.map((f) => names.map((name) => f[name]))].map((line) => line.map(quoted).join(","));
    const link = element("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
    link.download = "audit.csv";
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  unpack("figures").then(([fields, ...lines]) => {
    figures = lines.map((line, order) => {
      const f = Object.fromEntries(fields.map((name, i) => [name, line[i]]));
      f.order = order;
      f.words = [f.cell, f.label, f.shown, f.question, f.flag, f.note].join(" ").toLowerCase();
      return f;
    });
    const several = (name, of, otherwise) => choices(name, [...new Set(figures.map(of))].sort(), otherwise);
    several("state", (f) => f.state);
    several("status", (f) => f.status);
    several("recomputed", (f) => f.recomputed, "not recomputed");
    several("difference", verdict, "not compared");
    form.hidden = false;
    document.querySelector(".numbers").hidden = false;
    const again = () => { page = 0; filtered(); draw(); };
    form.addEventListener("input", again);
    form.addEventListener("submit", (event) => event.preventDefault());
    const turn = (by) => { page += by; draw(); document.querySelector(".numbers").scrollIntoView(); };
    pager.querySelector(".previous").addEventListener("click", () => turn(-1));
    pager.querySelector(".next").addEventListener("click", () => turn(1));
    document.querySelector(".all-csv").addEventListener("click", csv);
    addEventListener("hashchange", arrive);
    again();
    arrive();
  });
})();
