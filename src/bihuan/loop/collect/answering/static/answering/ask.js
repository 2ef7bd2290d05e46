// The public page's only script: keeps answers on this device until they arrived, and sends them again without a
// network. Without it the page works as plain forms.
(function () {
  "use strict";
  var body = document.body, said = document.getElementById("said"), keep = body.dataset.keep === "yes";
  var place = "bihuan " + location.pathname, wait = 0, timer = 0, busy = false, idle = 0;
  var asked = 0, pressed = false, spelt = false, waiting = null;

  function form() { return document.getElementById("questions"); }
  function words(name) { return said.getAttribute("data-" + name); }
  function say(text) { said.textContent = text || ""; }
  function read(key) { try { return keep ? JSON.parse(localStorage.getItem(place + key)) : null; } catch (_) { return null; } }
  function write(key, value) {
    try {
      if (!keep) return;
      if (value === null) localStorage.removeItem(place + key); else localStorage.setItem(place + key, JSON.stringify(value));
    } catch (_) { /* a full or forbidden store: the page itself still holds the answers */ }
  }
  function pairs(of, button) {
    var told = Array.from(new FormData(of));
    if (button && button.name) told.push([button.name, button.value]);
    return told;
  }
  function page() { return form() && form().dataset.page; }

  // What was typed here before and not sent yet comes back, unless the server already knows something of this page.
  function restore() {
    var kept = read(" typed"), of = form();
    if (!of || !kept || kept.page !== page() || of.dataset.known) return;
    kept.pairs.forEach(function (pair) {
      if (pair[0].charAt(0) === "_") return;
      Array.from(of.elements).filter(function (one) { return one.name === pair[0]; }).forEach(function (one) {
        if (choice(one)) { if (one.value === pair[1]) one.checked = true; }
        else one.value = pair[1];
      });
    });
  }

  // The looks and the script are here already; those of the answer carry a nonce that is not this page's.
  function parsed(text) {
    return new DOMParser().parseFromString(text.replace(/<(style|script)[^>]*>[^]*?<\/\1>/g, ""), "text/html");
  }
  function show(text) {
    var next = parsed(text), main = next.querySelector("main");
    if (!main) { location.reload(); return; }
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    ["main", ".top", ".foot"].forEach(function (name) {
      var now = document.querySelector(name), then = next.querySelector(name);
      if (now && then) now.replaceWith(document.importNode(then, true));
    });
    asked += 1;
    body.dataset.done = next.body.dataset.done;
    if (next.body.dataset.done) { write(" typed", null); write(" sending", null); }
    var at = document.querySelector(".errors") || document.querySelector("main");
    at.focus();
    window.scrollTo(0, 0);
    rest();
  }

  function send(told) {
    if (busy) return;
    busy = true;
    asked += 1;
    clearTimeout(timer);
    fetch(location.pathname, {
      method: "POST", body: new URLSearchParams(told), cache: "no-store",
      credentials: body.dataset.anonymous ? "omit" : "same-origin", headers: { "X-Requested-With": "fetch" }
    }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 502) throw new Error(answer.status);
      return answer.text().then(function (text) { busy = false; wait = 0; write(" sending", null); say(""); show(text); });
    }).catch(function () {
      busy = false;
      write(" sending", told);
      wait = Math.min(wait ? wait * 2 : 3, 60);
      say(keep ? words("kept") : words("again"));
      timer = setTimeout(function () { send(told); }, wait * 1000);
    });
  }

  document.addEventListener("submit", function (event) {
    if (event.target !== form() || !window.fetch || !window.URLSearchParams) return;
    event.preventDefault();
    send(pairs(form(), event.submitter));
  });
  function typed() { if (form()) write(" typed", { page: page(), pairs: pairs(form()) }); }
  document.addEventListener("input", typed);
  // Where an answer decides what else is asked on this page, the page is asked for anew.
  document.addEventListener("change", function (event) {
    typed();
    if (form() && form().dataset.live && event.target.form === form() && /^(radio|checkbox|select-one)$/.test(event.target.type)) look();
  });
  // What comes late changes nothing: only the newest page that was asked for is shown, and none once answers were sent.
  function look() {
    var turn = ++asked;
    fetch(location.pathname, {
      method: "POST", body: new URLSearchParams(pairs(form()).concat([["_go", "look"]])), cache: "no-store",
      credentials: body.dataset.anonymous ? "omit" : "same-origin", headers: { "X-Requested-With": "fetch" }
    }).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (text) {
      var main = text && parsed(text).querySelector("main");
      if (main) free(function () { if (turn === asked) renew(main); });
    }).catch(function () { /* asked again with the next answer, and checked when sent */ });
  }

  // A field under the finger, or one that takes a word apart (as of pinyin), is not taken away: the page waits for it.
  function free(what) { if (pressed || spelt) waiting = what; else what(); }
  function freed() { var what = waiting; waiting = null; if (what) free(what); }
  document.addEventListener("compositionstart", function () { spelt = true; });
  document.addEventListener("compositionend", function () { spelt = false; freed(); });
  document.addEventListener("pointerdown", function () { pressed = true; });
  ["pointerup", "pointercancel"].forEach(function (name) {
    // The click of this press comes first.
    document.addEventListener(name, function () { setTimeout(function () { pressed = false; freed(); }, 50); });
  });

  // What was typed since the page was asked for stays, and so does the place where it is typed.
  function renew(main) {
    var was = form(), at = document.activeElement, caret = at && at.selectionStart, end = at && at.selectionEnd;
    document.querySelector("main").replaceWith(document.importNode(main, true));
    Array.from(was.elements).forEach(function (one) {
      var now = same(one);
      if (!now || one.type === "hidden" || one.type === "submit") return;
      if (choice(one)) now.checked = one.checked; else now.value = one.value;
    });
    at = at && at.form === was && same(at);
    if (!at) return;
    at.focus({ preventScroll: true });
    if (typeof caret === "number") at.setSelectionRange(caret, end);
  }
  function choice(one) { return one.type === "radio" || one.type === "checkbox"; }
  function same(one) {
    return Array.from(form().elements).find(function (other) {
      return other.name === one.name && (!(choice(one) || one.type === "submit") || other.value === one.value);
    });
  }
  window.addEventListener("online", function () { var told = read(" sending"); if (told) { wait = 0; send(told); } });

  // A device that stands in the open forgets who was here.
  function rest() {
    clearTimeout(idle);
    if (!body.dataset.kiosk) return;
    idle = setTimeout(function () { location.replace(location.pathname); }, (body.dataset.done ? 10 : 90) * 1000);
  }
  if (body.dataset.kiosk) ["input", "click", "keydown"].forEach(function (name) { document.addEventListener(name, rest); });

  restore();
  rest();
  if (body.dataset.done) { write(" typed", null); write(" sending", null); }
  else if (read(" sending")) send(read(" sending"));
})();
