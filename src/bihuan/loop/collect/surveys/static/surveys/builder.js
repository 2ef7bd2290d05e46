// Moving items by dragging and by Alt+arrow; each has its buttons as well. The server does the moving. An item is edited
// in its line, and the preview follows what is typed.
(function () {
  "use strict";
  var root = document.getElementById("builder"), dragged = null, waiting = 0, dirty = false;
  if (!root) return;

  function lineOf(node) { return node.closest && node.closest(".ask-line[draggable]"); }
  function holderOf(node) { return node.closest("[data-page]").dataset.page; }
  function press(line, act) {
    var button = line.querySelector(":scope > form button[value=" + act + "]");
    if (button) button.click();
  }
  function clear() { root.querySelectorAll(".over").forEach(function (one) { one.classList.remove("over"); }); }
  function follow() { document.body.dispatchEvent(new Event("questionnaireChanged")); }
  function close() {
    root.querySelectorAll(".edit-host").forEach(function (host) { host.replaceChildren(); });
    dirty = false;
  }
  function mayLeave() { return !dirty || window.confirm(root.dataset.unsaved); }

  root.addEventListener("keydown", function (event) {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    var line = lineOf(event.target);
    if (!line || event.target.closest(".edit-host")) return;
    event.preventDefault();
    root.dataset.focus = line.id;
    press(line, event.key === "ArrowUp" ? "up" : "down");
  });
  // Another act draws the lines anew: what is typed in an open item and not saved would be gone.
  ["click", "submit"].forEach(function (name) {
    root.addEventListener(name, function (event) {
      var edit = name === "click" && event.target.closest("[data-edit]");
      var act = name === "submit" && event.target.id !== "item-form";
      if ((edit || act) && !mayLeave()) { event.preventDefault(); event.stopPropagation(); return; }
      if (edit || act) close();
    }, true);
  });
  root.addEventListener("click", function (event) {
    if (event.target.closest("[data-edit-close]") && mayLeave()) { close(); follow(); }
  });
  root.addEventListener("input", function (event) {
    if (!event.target.closest("#item-form")) return;
    dirty = true;
    clearTimeout(waiting);
    waiting = setTimeout(follow, 400);
  });
  // What was moved by the keyboard keeps the focus after the page was drawn again.
  document.addEventListener("htmx:after:swap", function () {
    var line = root.dataset.focus && document.getElementById(root.dataset.focus), form = document.getElementById("item-form");
    delete root.dataset.focus;
    if (line) line.focus();
    if (!form) { dirty = false; return; }
    if (form.dataset.seen) return;
    form.dataset.seen = "yes";
    var first = form.querySelector("textarea, input:not([type=hidden])");
    var shown = document.getElementById("q-" + form.elements["edit-item"].value), pane = document.querySelector(".live-body");
    if (first) first.focus();
    if (shown && pane && pane.scrollHeight > pane.clientHeight) pane.scrollTop += shown.getBoundingClientRect().top - pane.getBoundingClientRect().top - 12;
  });
  root.addEventListener("dragstart", function (event) {
    dragged = lineOf(event.target);
    if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.name);
  });
  function targetOf(node) {
    var place = node.closest && node.closest("[data-place]");
    if (!dragged || !place || place === dragged || dragged.contains(place)) return null;
    // A group goes into no group.
    return dragged.querySelector(".ask-group") && place.closest(".ask-group") ? null : place;
  }
  root.addEventListener("dragover", function (event) {
    var place = targetOf(event.target);
    if (!place) return;
    event.preventDefault();
    clear();
    place.classList.add("over");
  });
  root.addEventListener("dragend", function () { clear(); dragged = null; });
  root.addEventListener("drop", function (event) {
    var target = targetOf(event.target);
    if (!target) return;
    event.preventDefault();
    var page = holderOf(target), place = Number(target.dataset.place);
    if (holderOf(dragged.parentElement) === page && Number(dragged.dataset.place) < place) place -= 1;
    window.htmx.ajax("POST", root.dataset.act, { target: "#builder", swap: "innerHTML", values: {
      base: root.querySelector("[data-base]").dataset.base, do: "place", name: dragged.dataset.name, page: page, place: place } });
  });
})();
