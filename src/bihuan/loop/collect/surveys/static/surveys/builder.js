// Moving items by dragging and by Alt+arrow; each has its buttons as well. The server does the moving.
(function () {
  "use strict";
  var root = document.getElementById("builder"), dragged = null;
  if (!root) return;

  function lineOf(node) { return node.closest && node.closest(".ask-line[draggable]"); }
  function press(line, act) {
    var button = line.querySelector(":scope > form button[value=" + act + "]");
    if (button) button.click();
  }
  function clear() { root.querySelectorAll(".over").forEach(function (one) { one.classList.remove("over"); }); }

  root.addEventListener("keydown", function (event) {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    var line = lineOf(event.target);
    if (!line) return;
    event.preventDefault();
    root.dataset.focus = line.id;
    press(line, event.key === "ArrowUp" ? "up" : "down");
  });
  // What was moved by the keyboard keeps the focus after the page was drawn again.
  document.addEventListener("htmx:after:swap", function () {
    var line = root.dataset.focus && document.getElementById(root.dataset.focus);
    delete root.dataset.focus;
    if (line) line.focus();
  });
  root.addEventListener("dragstart", function (event) {
    dragged = lineOf(event.target);
    if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.name);
  });
  root.addEventListener("dragover", function (event) {
    var line = lineOf(event.target);
    if (!dragged || !line || line === dragged || line.parentElement.closest(".ask-line")) return;
    event.preventDefault();
    clear();
    line.classList.add("over");
  });
  root.addEventListener("dragend", function () { clear(); dragged = null; });
  root.addEventListener("drop", function (event) {
    var line = lineOf(event.target);
    if (!dragged || !line || line === dragged) return;
    event.preventDefault();
    var page = line.closest("[data-page]").dataset.page, place = Number(line.dataset.place);
    if (dragged.closest("[data-page]").dataset.page === page && Number(dragged.dataset.place) < place) place -= 1;
    window.htmx.ajax("POST", root.dataset.act, { target: "#builder", swap: "innerHTML", values: {
      base: root.querySelector("[data-base]").dataset.base, do: "place", name: dragged.dataset.name, page: page, place: place } });
  });
})();
