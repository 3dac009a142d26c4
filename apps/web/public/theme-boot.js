// Sets the chosen theme before the first paint. src/theme/theme.ts writes the choice.
;(function () {
  try {
    var theme = localStorage.getItem("ligature:theme")
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
  } catch {
    // Storage may be forbidden; the system's theme is then the theme.
  }
})()
