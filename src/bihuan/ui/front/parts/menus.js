// Drop-down menus are <details class="menu">; the side navigation on small screens is a button with aria-controls.

export function menus() {
  document.addEventListener("click", closeOthers);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("toggle", keepInside, true);
  document.addEventListener("click", toggleNavigation);
  document.addEventListener("click", chooseTheme);
  markTheme();
  document.addEventListener("bihuan:theme", markTheme);
}

function closeOthers(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

// A panel near the edge of the window is moved back into it.
function keepInside(event) {
  const panel = event.target.matches?.("details.menu[open]") && event.target.querySelector(":scope > .menu-panel");
  if (!panel) return;
  panel.style.transform = "";
  const room = 8;
  const box = panel.getBoundingClientRect();
  const shift = Math.max(room - box.left, Math.min(0, document.documentElement.clientWidth - room - box.right));
  if (shift) panel.style.transform = `translateX(${shift}px)`;
}

function toggleNavigation(event) {
  const button = event.target.closest("[data-toggle-navigation]");
  if (!button) return;
  const target = document.getElementById(button.getAttribute("aria-controls"));
  const open = target.classList.toggle("show");
  button.setAttribute("aria-expanded", String(open));
}

function chooseTheme(event) {
  const button = event.target.closest("[data-theme-set]");
  if (button) window.bihuanTheme?.set(button.dataset.themeSet);
}

function markTheme() {
  const choice = window.bihuanTheme?.choice();
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
  }
}
