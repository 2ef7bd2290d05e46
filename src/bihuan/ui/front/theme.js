// Loaded in the head before anything is painted, so that a dark page never flashes white.
const KEY = "bihuan-theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem(KEY) || "auto";
  } catch {
    return "auto"; // storage may be forbidden; the system's choice is good enough
  }
}

function apply() {
  const choice = chosen();
  const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  document.documentElement.setAttribute("data-bs-theme", theme);
  document.documentElement.setAttribute("data-theme-choice", choice);
  document.dispatchEvent(new CustomEvent("bihuan:theme", { detail: { theme, choice } }));
}

window.bihuanTheme = {
  set(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // nothing to keep it in: it holds for this page only
      document.documentElement.setAttribute("data-bs-theme", choice);
      return;
    }
    apply();
  },
  choice: chosen,
};
dark.addEventListener("change", apply);
apply();
