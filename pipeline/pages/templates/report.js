(function () {
  "use strict";
  var status = document.querySelector(".status");
  var main = document.getElementById("main");
  var links = Array.prototype.slice.call(document.querySelectorAll(".contents-side a"));
  var byId = {};
  links.forEach(function (link) { byId[link.hash.slice(1)] = link; });
  function each(list, what) { Array.prototype.forEach.call(list, what); }
  function say(words) { status.textContent = words; }
  document.querySelector(".controls").hidden = false;

  // Search over titles, answers and terms: the contents show the pages that have all the words.
  var form = document.querySelector(".search"), field = document.getElementById("search");
  var texts = null;
  function indexed() {
    texts = links.map(function (link) {
      var page = document.getElementById(link.hash.slice(1));
      var words = [link.textContent];
      each(page.querySelectorAll("h2, h3, .kicker, th, .label"), function (part) { words.push(part.textContent); });
      return words.join(" ").toLowerCase();
    });
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = links.find(function (link) { return !link.parentNode.hidden; });
    if (first && field.value.trim()) { location.hash = first.hash; }
  });
  field.addEventListener("input", function () {
    if (!texts) { indexed(); }
    var words = field.value.toLowerCase().split(/\s+/).filter(Boolean), found = 0;
    links.forEach(function (link, place) {
      var match = words.every(function (word) { return texts[place].indexOf(word) >= 0; });
      link.parentNode.hidden = !match;
      found += match ? 1 : 0;
    });
    document.querySelector(".nothing").hidden = found > 0;
    say(words.length ? found + (found === 1 ? " page found" : " pages found") : "");
  });

  // The contents follow the reader.
  var current = null;
  function mark(id) {
    if (!byId[id] || byId[id] === current) { return; }
    if (current) { current.removeAttribute("aria-current"); }
    current = byId[id];
    current.setAttribute("aria-current", "true");
    var nav = document.querySelector(".contents-side");
    if (nav.scrollHeight > nav.clientHeight) {
      nav.scrollTop = Math.max(0, current.offsetTop - nav.clientHeight / 2);
    }
  }
  if ("IntersectionObserver" in window) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) { mark(entry.target.id); } });
    }, { rootMargin: "-20% 0px -70% 0px" });
    each(document.querySelectorAll("main > section"), function (page) { seen.observe(page); });
  }

  // Which bands are shown: check boxes over each table that has bands of several dimensions, state in the address.
  var dimensions = JSON.parse(main.getAttribute("data-dimensions")), boxes = [];
  var asked = new URLSearchParams(location.search).get("show");
  var shown = asked === null ? null : asked.split(",");
  function isShown(name) { return shown === null || shown.indexOf(name) >= 0; }
  function apply() {
    dimensions.forEach(function (pair) {
      each(document.querySelectorAll('tr[data-dimension="' + pair[0] + '"]'), function (row) {
        row.hidden = !isShown(pair[0]);
      });
    });
    boxes.forEach(function (box) { box.checked = isShown(box.value); });
  }
  function remember() {
    var names = dimensions.map(function (pair) { return pair[0]; }).filter(isShown);
    shown = names.length === dimensions.length ? null : names;
    var address = location.pathname + (shown === null ? "" : "?show=" + shown.join(",")) + location.hash;
    try { history.replaceState(null, "", address); } catch (refused) { say("The address cannot hold this choice."); }
  }
  each(document.querySelectorAll("section.exhibit"), function (page) {
    var present = dimensions.filter(function (pair) {
      return page.querySelector('.crosstab tr[data-dimension="' + pair[0] + '"]');
    });
    var table = page.querySelector(".crosstab tr") && page.querySelector("table.crosstab").closest(".scroll");
    if (present.length < 2 || !table) { return; }
    var set = document.createElement("fieldset"), legend = document.createElement("legend");
    set.className = "filter";
    legend.textContent = "Show bands by";
    set.appendChild(legend);
    present.forEach(function (pair) {
      var label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.value = pair[0];
      boxes.push(box);
      box.addEventListener("change", function () {
        var top = set.getBoundingClientRect().top;
        shown = dimensions.map(function (p) { return p[0]; }).filter(function (name) {
          return name === box.value ? box.checked : isShown(name);
        });
        apply();
        remember();
        scrollBy(0, set.getBoundingClientRect().top - top);
        say("Bands by " + pair[1] + (box.checked ? " shown." : " hidden."));
      });
      label.appendChild(box);
      label.appendChild(document.createTextNode(" " + pair[1]));
      set.appendChild(label);
    });
    table.parentNode.insertBefore(set, table);
  });
  apply();

  // Copy a link to an exhibit, or to a cell by a click on it. The address is set as well, since a page opened from
  // disk may not reach the clipboard.
  function copy(address, what) {
    var said = "The address bar now holds the link to this " + what + ".";
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(address).then(
        function () { say("Link to this " + what + " copied."); },
        function () { say(said); }
      );
    } else { say(said); }
  }
  each(document.querySelectorAll("a.copy"), function (link) {
    link.addEventListener("click", function () { copy(link.href, "exhibit"); });
  });
  function copyFigure(cell) {
    var x = scrollX, y = scrollY, box = cell.closest(".scroll"), left = box ? box.scrollLeft : 0;
    location.hash = cell.id || cell.getAttribute("data-cell").split(/[ :]/)[0];
    scrollTo(x, y);
    if (box) { box.scrollLeft = left; }
    copy(location.href, "figure");
  }
  main.addEventListener("click", function (event) {
    var cell = event.target.closest("td[id], .big[id], .bound, svg g[data-cell]");
    if (cell && !event.target.closest("a") && !String(getSelection())) { copyFigure(cell); }
  });

  // The same without a mouse: the first figure of each table is a stop of the tab key, arrows lead to the others.
  var ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function neighbour(cell, way) {
    var rows = cell.closest("table").rows, row = cell.parentNode.rowIndex + way[0], place = cell.cellIndex + way[1];
    while (rows[row] && (rows[row].hidden || !rows[row].cells.length)) { row += way[0] || 1; }
    var found = rows[row] && rows[row].cells[place];
    return found && found.matches("td[id]") ? found : null;
  }
  each(main.querySelectorAll(".big[id]"), function (figure) { figure.tabIndex = 0; });
  each(main.querySelectorAll("table"), function (table) {
    var first = table.querySelector("td[id]");
    if (first) { first.tabIndex = 0; }
  });
  main.addEventListener("keydown", function (event) {
    var cell = event.target, next = null;
    if (!cell.matches("td[id], .big[id]")) { return; }
    if (event.key === "Enter") { event.preventDefault(); copyFigure(cell); cell.focus({ preventScroll: true }); }
    if (ways[event.key] && cell.cellIndex !== undefined) { next = neighbour(cell, ways[event.key]); }
    if (next) {
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  });

  // All figures in one file: the exhibits' own files, one after the other under one head.
  document.querySelector(".all-csv").addEventListener("click", function () {
    var parts = ["\ufeff"], bytes, text;
    each(document.querySelectorAll("a.download"), function (link, place) {
      bytes = Uint8Array.from(atob(link.href.split("base64,")[1]), function (c) { return c.charCodeAt(0); });
      text = new TextDecoder("utf-8").decode(bytes);
      parts.push(place === 0 ? text : text.slice(text.indexOf("\r\n") + 2));
    });
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv;charset=utf-8" }));
    link.download = main.getAttribute("data-file") + ".csv";
    document.body.appendChild(link);
    link.click();
    link.remove();
    say("All figures downloaded.");
  });
})();
