(function () {
  "use strict";
  var status = document.querySelector(".status");
  var links = Array.prototype.slice.call(document.querySelectorAll(".contents-side a"));
  var byId = {};
  links.forEach(function (link) { byId[link.hash.slice(1)] = link; });

  // Search over titles: the contents show what matches.
  var form = document.querySelector(".search"), field = document.getElementById("search");
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = links.find(function (link) { return !link.parentNode.hidden; });
    if (first && field.value.trim()) { location.hash = first.hash; }
  });
  field.addEventListener("input", function () {
    var words = field.value.toLowerCase().split(/\s+/).filter(Boolean), found = 0;
    links.forEach(function (link) {
      var page = document.getElementById(link.hash.slice(1));
      var text = (link.textContent + " " + (page.querySelector("h2") || page).textContent).toLowerCase();
      var match = words.every(function (word) { return text.indexOf(word) >= 0; });
      link.parentNode.hidden = !match;
      found += match ? 1 : 0;
    });
    document.querySelector(".nothing").hidden = found > 0;
    status.textContent = words.length ? found + " titles found" : "";
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
      var top = current.offsetTop - nav.clientHeight / 2;
      nav.scrollTop = Math.max(0, top);
    }
  }
  if ("IntersectionObserver" in window) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) { mark(entry.target.id); } });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll("main > section").forEach(function (page) { seen.observe(page); });
  }

  // Copy link: the address is set as well, since a page opened from disk may not reach the clipboard.
  document.querySelectorAll("a.copy").forEach(function (link) {
    link.addEventListener("click", function () {
      var said = "The address bar now holds the link to this exhibit.";
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(link.href).then(
          function () { status.textContent = "Link copied."; },
          function () { status.textContent = said; }
        );
      } else { status.textContent = said; }
    });
  });
})();
